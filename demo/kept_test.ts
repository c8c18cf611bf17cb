// @ts-types="../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { taskLine } from "./deno_command.ts";
import { keptLines } from "./kept.ts";
import { paintLine } from "./view/line.ts";

function kept(shared: boolean): string[] {
  const flags = shared ? ["--context=c"] : [];
  return keptLines({
    access: {
      kubectl: {
        run: () => Promise.resolve(""),
        ask: () => Promise.resolve(""),
        words: (args) => ["kubectl", ...flags, ...args],
      },
      kubeconfig: "/k",
      folder: "/tmp/demo",
      program: "/bin/v1/kubectl",
      shared,
    },
    operator: { pid: 7 },
    crdFiles: ["crds.yaml"],
  }).map((line) => paintLine(line, false));
}

Deno.test("a control plane of its own ends by one command, with the operator", () => {
  assertEquals(kept(false), [
    "To go on:",
    "export KUBECONFIG=/k",
    'export PATH="/bin/v1:$PATH"',
    "kubectl apply -n dynamo-demo -f examples/sglang-disagg.yaml",
    "kubectl get dynamo,deployments,pods -n dynamo-demo",
    "",
    "To end it, the operator too:",
    taskLine("cluster", "down", "--name", "demo"),
  ]);
});

Deno.test("in somebody else's cluster all that was made is named", () => {
  assertEquals(kept(true), [
    "To go on:",
    "export KUBECONFIG=/k",
    "kubectl --context=c apply -n dynamo-demo -f examples/sglang-disagg.yaml",
    "kubectl --context=c get dynamo,deployments,pods -n dynamo-demo",
    "",
    "To end it:",
    "kill 7",
    "kubectl --context=c delete -f /tmp/demo/operator-account.yaml -f crds.yaml",
    "rm -r /tmp/demo",
  ]);
});
