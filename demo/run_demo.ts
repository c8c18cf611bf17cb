import type { OperatorProcess } from "../devcluster/operator_process.ts";
import { logTail } from "../devcluster/instance/log_tail.ts";
import type { Demo, DemoCluster, DemoContext } from "./demo.ts";
import { describeError } from "../devcluster/describe_error.ts";
import { useExistingCluster } from "./existing_cluster.ts";
import { Interruption } from "./interruption.ts";
import { keptLines } from "./kept.ts";
import { startLocalCluster } from "./local_cluster.ts";
import { operatorLog, requestCounts, runOperator } from "./operator.ts";
import type { Output } from "./output.ts";
import { createSteps } from "./steps.ts";
import { summaryLines } from "./summary.ts";

export interface DemoOptions {
  demo: Demo;
  /** Context of the user's kubeconfig; undefined to start a control plane on this machine. */
  contextName: string | undefined;
  /** Whether the cluster and the operator keep running after the demo. */
  keep: boolean;
  output: Output;
}

/**
 * Runs a demo, then stops its programs and deletes its objects. With `keep`, cleans up only if a signal interrupts the
 * demo, or if the operator does not become ready. Prints every failure.
 *
 * @returns the exit code: 0 after a success, 1 after a failure, 128 plus the signal number after an interruption
 */
export async function runDemo({ demo, contextName, keep, output }: DemoOptions): Promise<number> {
  const context: DemoContext = {
    output,
    steps: createSteps({ output, total: demo.steps, nowMs: () => performance.now() }),
    keep,
    abort: new AbortController(),
    cleanup: new AsyncDisposableStack(),
  };
  let cluster: DemoCluster | undefined;
  let operator: OperatorProcess | undefined;
  let code = 0;
  try {
    cluster = contextName === undefined
      ? await startLocalCluster(context)
      : await useExistingCluster(contextName, context);
    operator = await runOperator(cluster, context, demo.operatorFlags);
    await demo.run(cluster, context);
    const summary = summaryLines(context.steps.figures, await requestCounts(operator));
    if (!keep) await context.cleanup.disposeAsync();
    output.heading("Summary");
    output.lines(summary);
  } catch (error) {
    const { reason } = context.abort.signal;
    if (reason instanceof Interruption) {
      output.lines([reason.message]);
      code = reason.exitCode;
    } else {
      code = 1;
      output.failure(describeError(error));
      const log = cluster && await logTail(operatorLog(cluster));
      if (log) output.lines(["End of the operator's log:", ...log.split("\n")]);
    }
  }
  if (keep && cluster && operator && code <= 1) {
    output.heading("The cluster and the operator keep running");
    output.lines(keptLines(cluster, operator));
  } else if (!context.cleanup.disposed) await context.cleanup.disposeAsync();
  return code;
}
