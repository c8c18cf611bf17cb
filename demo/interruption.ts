const EXIT_CODES = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/** A signal asked this process to end. */
export class Interruption extends Error {
  override readonly name = "Interruption";

  constructor(readonly signal: keyof typeof EXIT_CODES) {
    super(`Interrupted by ${signal}`);
  }

  /** Exit code of a shell for a program that this signal ended. */
  get exitCode(): number {
    return EXIT_CODES[this.signal];
  }
}

/** Calls `handler` at the first signal that asks this process to end. The second signal ends the process at once. */
export function onInterruption(handler: (interruption: Interruption) => void): void {
  let interrupted = false;
  for (const signal of ["SIGHUP", "SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, () => {
      if (interrupted) Deno.exit(EXIT_CODES[signal]);
      interrupted = true;
      handler(new Interruption(signal));
    });
  }
}
