import { onStopSignal } from "../../process/stop_signal.ts";

/**
 * Returns an abort signal that SIGTERM or SIGINT aborts. After a second SIGTERM or SIGINT, the process exits at once.
 * Process 1 of a container ignores signals without a listener, so the program must listen before it loads the operator.
 * Therefore, this module imports little.
 */
export function stopOnSignal(): AbortSignal {
  const stop = new AbortController();
  onStopSignal(stop.signal, { stop: () => stop.abort(), again: () => Deno.exit(1) });
  return stop.signal;
}
