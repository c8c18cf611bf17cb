const SIGNALS = ["SIGTERM", "SIGINT"] as const;

/** Name of an operating system signal that asks the process to stop. */
export type StopSignal = typeof SIGNALS[number];

/** Calls `listener` on each signal with this name. The returned function removes the listener. */
export type Listen = (name: StopSignal, listener: () => void) => () => void;

/**
 * Calls `stop` on SIGTERM or SIGINT. If `stopping` is already aborted, calls `again` instead, so that a second signal
 * can end the program immediately. The returned function removes the listeners, which restores the default signal
 * handling.
 */
export function onStopSignal(
  stopping: AbortSignal,
  { stop, again }: Record<"stop" | "again", (name: StopSignal) => void>,
  listen: Listen = listenToSystem,
): () => void {
  const removals = SIGNALS.map((name) =>
    listen(name, () => stopping.aborted ? again(name) : stop(name))
  );
  return () => removals.forEach((remove) => remove());
}

function listenToSystem(name: StopSignal, listener: () => void): () => void {
  Deno.addSignalListener(name, listener);
  return () => Deno.removeSignalListener(name, listener);
}
