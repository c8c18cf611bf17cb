const SIGNALS = ["SIGTERM", "SIGINT"] as const;

/** Signal that asks a process to stop. */
export type StopSignal = typeof SIGNALS[number];

/** Calls the listener at each signal of that name. The returned function removes the listener. */
export type Listen = (name: StopSignal, listener: () => void) => () => void;

/**
 * Calls `stop` at SIGTERM or SIGINT, or `again` if `stopping` is already aborted. A program can thus end at once at the
 * second signal. The returned function removes the listeners, which restores the signals' default effect.
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
