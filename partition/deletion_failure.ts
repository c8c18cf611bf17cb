import type { DeletionOutcome } from "./report.ts";

/** Error that stops a deletion. The message is for users and never contains a key of an item. */
export class DeletionFailure extends Error {
  override readonly name = "DeletionFailure";
  readonly outcome: DeletionOutcome;
  /** Whether a new attempt of the whole deletion may succeed; false by default. */
  readonly retryable: boolean;

  constructor(
    outcome: DeletionOutcome,
    message: string,
    options: { retryable?: boolean; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.outcome = outcome;
    this.retryable = options.retryable ?? false;
  }
}

/** Returns the name and message of an error and the message of its cause, which is more specific for network errors. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : "";
  return `${error.name}: ${error.message}${cause}`;
}
