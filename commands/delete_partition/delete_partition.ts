import { systemClock } from "../../kube/clock.ts";
import { DeletionFailure } from "../../partition/deletion_failure.ts";
import { onStopSignal } from "../../process/stop_signal.ts";
import type { DeletionStop } from "./run_deletion.ts";

/**
 * Runs `dynamo-operator delete-partition`: deletes one partition of a DynamoDB table. The AWS SDK loads slowly, and PID
 * 1 of a container ignores SIGTERM and SIGINT until it has handlers for them. Therefore, the function installs the
 * handlers before it loads the SDK.
 *
 * @returns the exit code
 * @throws {UsageError} for an invalid command line
 */
export async function deletePartitionCommand(args: readonly string[]): Promise<number> {
  using stop = listenForStop();
  const { runDeletionCommand } = await import("./run_deletion.ts");
  return await runDeletionCommand(args, stop);
}

/**
 * Returns a {@linkcode DeletionStop}. Until the caller disposes of it, SIGTERM or SIGINT stops the deletion. If the
 * second signal is SIGINT, the process exits immediately.
 */
function listenForStop(): DeletionStop & Disposable {
  const stop = new AbortController();
  const endings = [
    onStopSignal(stop.signal, {
      stop(name) {
        const message =
          `Stopped by ${name}: the batches in flight have finished, other items remain`;
        stop.abort(new DeletionFailure("Interrupted", message, { retryable: true }));
      },
      again(name) {
        if (name === "SIGINT") Deno.exit(130);
      },
    }),
  ];
  return {
    signal: stop.signal,
    setDeadline(deadlineMs) {
      endings.push(systemClock.timer(deadlineMs, () => {
        const limit = `${deadlineMs / 1000} s`;
        const message = `Stopped at the deadline of ${limit}: the batches in flight have finished`;
        stop.abort(new DeletionFailure("DeadlineExceeded", message));
      }));
    },
    [Symbol.dispose]: () => endings.forEach((end) => end()),
  };
}
