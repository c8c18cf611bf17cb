import { onStopSignal } from "../../process/stop_signal.ts";

/**
 * Returns an AbortSignal that is aborted on SIGTERM or SIGINT. On a second signal, the process exits immediately. PID 1
 * of a container ignores a signal that has no handler. So the program calls this function before it loads the operator.
 * This module must have few imports, because they are loaded before the handlers exist.
 */
export function stopOnSignal(): AbortSignal {
  const stop = new AbortController();
  onStopSignal(stop.signal, { stop: () => stop.abort(), again: () => Deno.exit(1) });
  return stop.signal;
}
