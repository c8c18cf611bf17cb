// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertThrows } from "@std/assert";
import { selectContext } from "../../kube/auth/kubeconfig_file.ts";
import { accountManifests, operatorLogin } from "./operator_account.ts";

const view = (cluster: Record<string, string>) =>
  JSON.stringify({ clusters: [{ name: "c", cluster }] });

Deno.test("the operator logs in to the same cluster by its token alone", () => {
  const login = operatorLogin(
    view({ server: "https://10.0.0.1:6443", "certificate-authority-data": "Q0E=" }),
    "secret\n",
  );
  const { cluster, user } = selectContext([{ path: "/k", text: login.kubeconfig }]);
  assertEquals(cluster, { server: "https://10.0.0.1:6443", "certificate-authority-data": "Q0E=" });
  assertEquals(user, { token: "secret" });
  assertEquals(login.hosts, ["10.0.0.1:6443"]);
});

Deno.test("a server without a port is reached on that of its scheme, and a proxy must be reached too", () => {
  const login = operatorLogin(
    view({ server: "https://k.test", "proxy-url": "http://proxy.test" }),
    "t",
  );
  assertEquals(login.hosts, ["k.test:443", "proxy.test:80"]);
});

Deno.test("a server on this machine needs no permission of its own", () => {
  assertEquals(operatorLogin(view({ server: "https://127.0.0.1:6443" }), "t").hosts, []);
});

Deno.test("a kubeconfig without a cluster is refused", () => {
  assertThrows(() => operatorLogin('{"clusters":[]}', "t"), Error, "names no cluster");
});

Deno.test("the account gets exactly the rights that are given", () => {
  const rules = [{ apiGroups: [""], resources: ["services"], verbs: ["list"] }];
  const leaderRules = [{ apiGroups: [""], resources: ["leases"], verbs: ["patch"] }];
  const manifests = accountManifests(rules, leaderRules);
  assertEquals(manifests.map(({ kind, metadata }) => `${kind} ${metadata.name}`), [
    "Namespace dynamo-demo",
    "Namespace dynamo-demo-operator",
    "ServiceAccount dynamo-operator",
    "ClusterRole dynamo-demo-operator",
    "ClusterRoleBinding dynamo-demo-operator",
    "Role dynamo-demo-operator",
    "RoleBinding dynamo-demo-operator",
  ]);
  assertEquals((manifests[3] as { rules?: unknown }).rules, rules);
  assertEquals((manifests[5] as { rules?: unknown }).rules, leaderRules);
});
