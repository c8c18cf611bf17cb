import { onStopSignal } from "../../process/stop_signal.ts";

/**
 * Returns an AbortSignal that is aborted on SIGTERM or SIGINT. A second signal exits the process immediately. PID 1 of
 * a container ignores a signal that has no handler, so the handlers must be installed before the operator is loaded.
 * Keep the imports of this module small.
 */
export function stopOnSignal(): AbortSignal {
  const stop = new AbortController();
  onStopSignal(stop.signal, { stop: () => stop.abort(), again: () => Deno.exit(1) });
  return stop.signal;
}
