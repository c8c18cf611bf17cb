import type { Clock } from "../../kube/clock.ts";
import { DeletionFailure } from "../../partition/deletion_failure.ts";
import { onStopSignal } from "../../process/stop_signal.ts";

/** Stops a deletion on SIGTERM, SIGINT (both retryable) or at its deadline. */
export interface StopListener extends Disposable {
  signal: AbortSignal;
  /** Starts the deadline. The caller calls it at most once. */
  setDeadline(deadlineMs: number): void;
}

/** Listens for signals until the result is disposed of. A second signal ends the process at once if it is SIGINT. */
export function listenForStop(clock: Clock): StopListener {
  const stop = new AbortController();
  const endings = [
    onStopSignal(stop.signal, {
      stop(name) {
        const message =
          `Stopped by ${name}: the batches in flight were finished, other items remain`;
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
      endings.push(clock.timer(deadlineMs, () => {
        const message = `Stopped at the deadline of ${
          deadlineMs / 1000
        } s: the batches in flight were finished`;
        stop.abort(new DeletionFailure("DeadlineExceeded", message));
      }));
    },
    [Symbol.dispose]: () => endings.forEach((end) => end()),
  };
}
