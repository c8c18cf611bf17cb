import type { RequestInfo } from "./errors.ts";

/** Which write asks to be let through. */
export interface WriteRequest extends RequestInfo {
  /** `plural.group` or `plural`. */
  readonly resource: string;
  /** Of the object; absent for what is in no namespace. */
  readonly namespace?: string | undefined;
}

/** Decides about every request that may change something, each try on its own, right before it is sent. */
export interface WriteGate {
  /** Gets ready to decide; may take its time and ask somebody. Throws when it cannot, or the signal's reason. */
  prepare(request: WriteRequest, signal: AbortSignal): Promise<void>;
  /**
   * Lets the try through or throws {@link WriteHeldBack}. Asked once more right before what is sent leaves: the process
   * may have been paused in between.
   *
   * @returns how long the try may take, in milliseconds above 0
   */
  admit(request: WriteRequest): number;
  /**
   * Told of a try that ended without an answer, because it was cut off or lost: the API server may be at it still.
   *
   * @param forMs at most so many milliseconds, what was left of the time it was given
   */
  unanswered?(forMs: number): void;
}

/** A write that was not sent, because this process may not write, or not there, or not any more. */
export class WriteHeldBack extends Error {
  override readonly name = "WriteHeldBack";
  readonly request: RequestInfo;

  constructor(request: RequestInfo, why: string) {
    super(`Cannot ${request.verb} "${request.path}": ${why}`);
    this.request = request;
  }
}

/** Whether an error says no more than that writes were held back. */
export function isHeldBack(error: unknown): boolean {
  if (error instanceof AggregateError) {
    return error.errors.length > 0 && error.errors.every(isHeldBack);
  }
  return error instanceof WriteHeldBack;
}
