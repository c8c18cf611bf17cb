// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertThrows } from "@std/assert";
import { kubeconfigPaths } from "./cluster_config.ts";
import { UsageError } from "../cli/usage_error.ts";

const POD = { KUBERNETES_SERVICE_HOST: "10.96.0.1", KUBERNETES_SERVICE_PORT: "443" };
const USER = { HOME: "/home/me", KUBECONFIG: "/a:/b" };

function paths(
  env: Record<string, string>,
  { kubeconfig = "", context = "", files = [] }: {
    kubeconfig?: string;
    context?: string;
    files?: string[];
  } = {},
): string[] | undefined {
  return kubeconfigPaths({
    kubeconfig,
    context,
    env: (name) => env[name],
    exists: (path) => files.includes(path),
  });
}

Deno.test("a kubeconfig that is given wins, in a pod too", () => {
  assertEquals(paths({ ...POD, ...USER }, { kubeconfig: "/x:/y" }), ["/x", "/y"]);
});

Deno.test("a pod takes its account, whatever else lies about", () => {
  assertEquals(paths({ ...POD, ...USER }, { files: ["/home/me/.kube/config"] }), undefined);
  const error = assertThrows(() => paths(POD, { context: "dev" }), UsageError);
  assertEquals(
    error.message,
    'Flag "--context" names a context of a kubeconfig: give --kubeconfig too',
  );
});

Deno.test("elsewhere the variable KUBECONFIG counts, then the file at home", () => {
  assertEquals(paths(USER, { files: ["/home/me/.kube/config"], context: "dev" }), ["/a", "/b"]);
  const { HOME } = USER;
  assertEquals(paths({ HOME }, { files: ["/home/me/.kube/config"] }), ["/home/me/.kube/config"]);
  assertEquals(paths({ HOME, KUBECONFIG: "" }, { files: ["/home/me/.kube/config"] }), [
    "/home/me/.kube/config",
  ]);
});

Deno.test("without any cluster it says where it looked", () => {
  const said = (env: Record<string, string>) => assertThrows(() => paths(env), Error).message;
  assertEquals(
    said({ HOME: "/home/me" }),
    "Cannot find a cluster: this is no pod, KUBECONFIG is not set and " +
      'there is no "/home/me/.kube/config"; give --kubeconfig FILE',
  );
  assertEquals(
    said({}),
    "Cannot find a cluster: this is no pod, KUBECONFIG is not set; give --kubeconfig FILE",
  );
});
