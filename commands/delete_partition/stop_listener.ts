import type { Clock } from "../../kube/clock.ts";
import { DeletionFailure } from "../../partition/deletion_failure.ts";
import { onStopSignal } from "../../process/stop_signal.ts";

/** A signal that ends a deletion: by SIGTERM or SIGINT, which another run may go on from, or at its deadline. */
export interface StopListener extends Disposable {
  signal: AbortSignal;
  /** Sets the deadline, so many milliseconds from now; once. */
  endAfter(deadlineMs: number): void;
}

/** Listens until it is disposed of; a second SIGINT ends the process at once. */
export function listenForStop(clock: Clock): StopListener {
  const stop = new AbortController();
  const endings = [
    onStopSignal(stop.signal, {
      stop(name) {
        const message =
          `Ended by ${name}: what had been sent was finished, the rest is still there`;
        stop.abort(new DeletionFailure("Interrupted", message, { retryable: true }));
      },
      again(name) {
        if (name === "SIGINT") Deno.exit(130);
      },
    }),
  ];
  return {
    signal: stop.signal,
    endAfter(deadlineMs) {
      endings.push(clock.timer(deadlineMs, () => {
        const message = `Not done within ${deadlineMs / 1000} s; what had been sent was finished`;
        stop.abort(new DeletionFailure("DeadlineExceeded", message));
      }));
    },
    [Symbol.dispose]: () => endings.forEach((end) => end()),
  };
}
