// @ts-types="../../types/std/assert.d.ts"
import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { selectContext } from "./kubeconfig_file.ts";

const first = {
  path: "/home/me/.kube/config",
  text: `
current-context: dev
clusters:
- name: dev
  cluster: {server: "https://dev:6443", certificate-authority: certs/ca.pem}
contexts:
- name: dev
  context: {cluster: dev, user: me, namespace: team}
- name: broken
  context: {cluster: gone, user: me}
users:
- name: me
  user: {client-certificate: /etc/me.pem, client-key: me.key}
`,
};
const second = {
  path: "/etc/kube/other",
  text: `
current-context: prod
clusters:
- name: prod
  cluster: {server: "https://prod:6443"}
- name: dev
  cluster: {server: "https://imposter:6443"}
contexts:
- name: prod
  context: {cluster: prod, user: me}
`,
};

Deno.test("the current context is selected, and paths are relative to the kubeconfig file", () => {
  assertEquals(selectContext([first]), {
    name: "dev",
    namespace: "team",
    cluster: { server: "https://dev:6443", "certificate-authority": "/home/me/.kube/certs/ca.pem" },
    user: { "client-certificate": "/etc/me.pem", "client-key": "/home/me/.kube/me.key" },
  });
});

Deno.test("the path of an exec plugin is relative to the kubeconfig file, a name is not changed", () => {
  const commandOf = (command: string) =>
    selectContext([{
      path: "/home/me/.kube/config",
      text: JSON.stringify({
        "current-context": "c",
        clusters: [{ name: "c", cluster: { server: "https://c" } }],
        contexts: [{ name: "c", context: { cluster: "c", user: "u" } }],
        users: [{ name: "u", user: { exec: { command } } }],
      }),
    }]).user.exec?.command;
  assertEquals(commandOf("bin/login"), "/home/me/.kube/bin/login");
  assertEquals(commandOf("/usr/bin/login"), "/usr/bin/login");
  assertEquals(commandOf("aws"), "aws");
});

Deno.test("if several files have an entry of the same name, the first one applies", () => {
  assertEquals(selectContext([first, second]).cluster.server, "https://dev:6443");
  assertEquals(selectContext([second, first]).cluster.server, "https://prod:6443");
  assertEquals(selectContext([second, first], "dev").cluster.server, "https://imposter:6443");
});

Deno.test("an error about an unknown name lists the known names", () => {
  const unknown = assertThrows(() => selectContext([first], "qa"));
  assertStringIncludes(unknown.message, 'unknown context "qa"; known names: "dev", "broken"');
  const cluster = assertThrows(() => selectContext([first], "broken"));
  assertStringIncludes(cluster.message, 'unknown cluster "gone"; known names: "dev"');
  const current = assertThrows(() => selectContext([{ path: "/x", text: "kind: Config" }]));
  assertStringIncludes(current.message, "the current context is not set");
});

Deno.test("a file that is not YAML is refused without quoting it", () => {
  const file = { path: "/x", text: 'users: [{name: me, user: {token: "topsecret}}]' };
  const error = assertThrows(() => selectContext([file]));
  assertEquals(error.message, 'Cannot read kubeconfig "/x": it is not YAML');
  assert(!Deno.inspect(error).includes("topsecret"));
});

Deno.test("the path of an exec plugin that starts with a dot is relative to the kubeconfig file", () => {
  const pluginOf = (command: string) =>
    selectContext([{
      path: "/home/me/.kube/config",
      text: JSON.stringify({
        "current-context": "c",
        clusters: [{ name: "c", cluster: { server: "https://c:6443" } }],
        contexts: [{ name: "c", context: { cluster: "c", user: "u" } }],
        users: [{ name: "u", user: { exec: { command } } }],
      }),
    }]).user.exec?.command;
  assertEquals(pluginOf("./bin/login"), "/home/me/.kube/bin/login");
  assertEquals(pluginOf("/opt/login"), "/opt/login");
  assertEquals(pluginOf("login"), "login");
});
