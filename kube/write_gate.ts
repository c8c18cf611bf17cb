import type { RequestInfo } from "./errors.ts";

/** The write that a {@linkcode WriteGate} checks. */
export interface WriteRequest extends RequestInfo {
  /** `plural.group` or `plural`. */
  readonly resource: string;
  /** Namespace of the object; absent for cluster-scoped objects. */
  readonly namespace?: string | undefined;
}

/** Checks each attempt of each write before it is sent. */
export interface WriteGate {
  /** Prepares the check, possibly by requests of its own. Throws if that fails or the signal is aborted. */
  prepare(request: WriteRequest, signal: AbortSignal): Promise<void>;
  /**
   * Admits the attempt, or throws {@linkcode WriteHeldBack}. The transport calls it twice, the second time directly
   * before the request is sent, because the process may have been paused in between.
   *
   * @returns the longest duration of the attempt in milliseconds, above 0
   */
  admit(request: WriteRequest): number;
  /**
   * Is called when an attempt ends without a response: the API server may still execute the write.
   *
   * @param forMs for how long it may do so at most, in milliseconds
   */
  unanswered?(forMs: number): void;
}

/** A write that was not sent, because this process may not write to that namespace, or not at this time. */
export class WriteHeldBack extends Error {
  override readonly name = "WriteHeldBack";
  readonly request: RequestInfo;

  constructor(request: RequestInfo, reason: string) {
    super(`Cannot ${request.verb} "${request.path}": ${reason}`);
    this.request = request;
  }
}

/** Returns whether an error only consists of writes that were held back. */
export function isHeldBack(error: unknown): boolean {
  if (error instanceof AggregateError) {
    return error.errors.length > 0 && error.errors.every(isHeldBack);
  }
  return error instanceof WriteHeldBack;
}
