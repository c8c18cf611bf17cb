import { onStopSignal } from "../../process/stop_signal.ts";

/**
 * Returns a signal that is aborted by SIGTERM or SIGINT. After a second signal, the process exits at once. The module
 * imports little, so that the program can listen before it loads the operator: as process 1 of a container, it would
 * otherwise ignore a signal during its start.
 */
export function stopOnSignal(): AbortSignal {
  const stop = new AbortController();
  onStopSignal(stop.signal, { stop: () => stop.abort(), again: () => Deno.exit(1) });
  return stop.signal;
}
