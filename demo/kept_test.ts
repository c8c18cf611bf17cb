// @ts-types="../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { taskLine } from "./deno_command.ts";
import { keptLines } from "./kept.ts";
import { createKubectl } from "./kubectl.ts";
import { createOutput } from "./output.ts";

function kept(contextName: string | undefined): string[] {
  const kubectl = createKubectl({
    program: "kubectl",
    kubeconfig: "/k",
    flags: contextName === undefined ? [] : [`--context=${contextName}`],
    directory: "/",
    output: createOutput({ write: () => {}, columns: () => undefined }),
    signal: new AbortController().signal,
  });
  const binFolder = contextName === undefined ? "/bin/v1" : undefined;
  const cluster = {
    kubectl,
    kubeconfig: "/k",
    folder: "/tmp/demo",
    binFolder,
    crdFiles: ["crds.yaml"],
  };
  return keptLines(cluster, { pid: 7 });
}

Deno.test("one command ends a control plane of the demo and the operator", () => {
  assertEquals(kept(undefined), [
    "To use them:",
    "export KUBECONFIG=/k",
    'export PATH="/bin/v1:$PATH"',
    "kubectl apply -n dynamo-demo -f examples/sglang-disagg.yaml",
    "kubectl get dynamo,deployments,pods -n dynamo-demo",
    "",
    "To stop them:",
    taskLine("cluster", "down", "--name", "demo"),
  ]);
});

Deno.test("in a cluster of the user, commands delete everything that the demo created", () => {
  assertEquals(kept("c"), [
    "To use them:",
    "export KUBECONFIG=/k",
    "kubectl --context=c apply -n dynamo-demo -f examples/sglang-disagg.yaml",
    "kubectl --context=c get dynamo,deployments,pods -n dynamo-demo",
    "",
    "To stop them:",
    "kill 7",
    "kubectl --context=c delete namespace/dynamo-demo",
    "kubectl --context=c delete -f examples/operator-account.yaml -f crds.yaml",
    "rm -r /tmp/demo",
  ]);
});
