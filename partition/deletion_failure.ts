import type { DeletionOutcome } from "./report.ts";

/** The end of a run that is not what was asked for; the message is for people and holds no key. */
export class DeletionFailure extends Error {
  override readonly name = "DeletionFailure";
  readonly outcome: DeletionOutcome;
  /** Whether the same run may end better at another time. */
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
