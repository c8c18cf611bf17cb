/** Somebody wants the demo to end. */
export class Interruption extends Error {
  override readonly name = "Interruption";

  constructor(readonly signal: keyof typeof EXIT_CODES) {
    super(`Interrupted by ${signal}`);
  }

  /** As a shell reports a program that was ended by this signal. */
  get exitCode(): number {
    return EXIT_CODES[this.signal];
  }
}

const EXIT_CODES = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/**
 * Calls back at the first signal that asks this process to end; the second one ends it at once. Returns a function
 * that takes the handlers back.
 */
export function onInterruption(handler: (interruption: Interruption) => void): () => void {
  let interrupted = false;
  const listeners = (Object.keys(EXIT_CODES) as (keyof typeof EXIT_CODES)[]).map((signal) => {
    const listener = () => {
      if (interrupted) Deno.exit(EXIT_CODES[signal]);
      interrupted = true;
      handler(new Interruption(signal));
    };
    Deno.addSignalListener(signal, listener);
    return { signal, listener };
  });
  return () => {
    for (const { signal, listener } of listeners) Deno.removeSignalListener(signal, listener);
  };
}
