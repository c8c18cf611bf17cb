/** Both ask for an orderly end. */
const SIGNALS = ["SIGTERM", "SIGINT"] as const;

type StopSignal = typeof SIGNALS[number];

/** Calls back at each signal of that name; the returned function ends that. */
type Listen = (name: StopSignal, listener: () => void) => () => void;

/**
 * Calls `stop` at a SIGTERM or SIGINT, or `again` when a stop is under way already: for whoever waits no longer. The
 * returned function ends that, and gives the signals back their own effect.
 */
export function onStopSignal(
  stopping: AbortSignal,
  { stop, again }: Record<"stop" | "again", (name: StopSignal) => void>,
  listen: Listen = listenToSystem,
): () => void {
  const endings = SIGNALS.map((name) =>
    listen(name, () => stopping.aborted ? again(name) : stop(name))
  );
  return () => endings.forEach((end) => end());
}

function listenToSystem(name: StopSignal, listener: () => void): () => void {
  Deno.addSignalListener(name, listener);
  return () => Deno.removeSignalListener(name, listener);
}
