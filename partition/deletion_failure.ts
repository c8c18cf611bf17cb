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

/**
 * Returns the name and message of an error, and the message of its cause. For network errors, the cause is more
 * specific. Omits texts that may quote a request: messages about headers, and about responses that are not JSON.
 */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return "unknown error";
  const { name, cause } = error;
  if (name === "SyntaxError") return "SyntaxError: the response is not JSON";
  const texts = [error.message, cause instanceof Error ? cause.message : ""];
  const [message, reason] = texts.map((text) => /header|ByteString/i.test(text) ? "" : text);
  return `${name}: ${message || "its message is omitted"}${reason ? ` (${reason})` : ""}`;
}
