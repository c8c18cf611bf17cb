const EXIT_CODES = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/** Error for a signal that asks this process to exit. */
export class Interruption extends Error {
  override readonly name = "Interruption";

  constructor(readonly signal: keyof typeof EXIT_CODES) {
    super(`Interrupted by ${signal}`);
  }

  /** Exit code that a shell reports for a program that this signal killed: 128 plus the number of the signal. */
  get exitCode(): number {
    return EXIT_CODES[this.signal];
  }
}

/** Calls `handler` at the first SIGHUP, SIGINT or SIGTERM to this process. A second signal stops the process at once. */
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
