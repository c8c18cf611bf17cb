/** Both ask for an orderly end. */
const SIGNALS = ["SIGTERM", "SIGINT"] as const;

/**
 * Calls `stop` at a SIGTERM or SIGINT, or `again` when a stop is under way already: for whoever waits no longer. The
 * returned function ends that, and gives the signals back their own effect.
 */
export function onStopSignal(
  stopping: AbortSignal,
  { stop, again }: Record<"stop" | "again", (name: typeof SIGNALS[number]) => void>,
): () => void {
  const listeners = SIGNALS.map((name) => {
    const listener = () => stopping.aborted ? again(name) : stop(name);
    Deno.addSignalListener(name, listener);
    return () => Deno.removeSignalListener(name, listener);
  });
  return () => listeners.forEach((end) => end());
}
