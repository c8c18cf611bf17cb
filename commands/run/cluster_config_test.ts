// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../cli/usage_error.ts";
import { kubeconfigPaths } from "./cluster_config.ts";

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

Deno.test("--kubeconfig takes precedence, also in a pod", () => {
  assertEquals(paths({ ...POD, ...USER }, { kubeconfig: "/x:/y" }), ["/x", "/y"]);
});

Deno.test("a pod uses its ServiceAccount even if kubeconfig files exist", () => {
  assertEquals(paths({ ...POD, ...USER }, { files: ["/home/me/.kube/config"] }), undefined);
  const error = assertThrows(() => paths(POD, { context: "dev" }), UsageError);
  assertEquals(
    error.message,
    'Flag "--context" requires a kubeconfig, which a pod does not have by default: give --kubeconfig too',
  );
});

Deno.test("outside a pod, KUBECONFIG takes precedence over the file in the home folder", () => {
  assertEquals(paths(USER, { files: ["/home/me/.kube/config"], context: "dev" }), ["/a", "/b"]);
  const { HOME } = USER;
  assertEquals(paths({ HOME }, { files: ["/home/me/.kube/config"] }), ["/home/me/.kube/config"]);
  assertEquals(paths({ HOME, KUBECONFIG: "" }, { files: ["/home/me/.kube/config"] }), [
    "/home/me/.kube/config",
  ]);
});

Deno.test("the error for a missing cluster names all sources of its address", () => {
  const message = (env: Record<string, string>) => assertThrows(() => paths(env), Error).message;
  assertEquals(
    message({ HOME: "/home/me" }),
    "Cannot find a cluster: the process does not run in a pod, KUBECONFIG is not set and " +
      '"/home/me/.kube/config" does not exist; give --kubeconfig FILE',
  );
  assertEquals(
    message({}),
    "Cannot find a cluster: the process does not run in a pod, KUBECONFIG is not set; give --kubeconfig FILE",
  );
});
