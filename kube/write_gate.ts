import type { RequestInfo } from "./errors.ts";

/** The properties of a write that a {@linkcode WriteGate} checks. */
export interface WriteRequest extends RequestInfo {
  /** Resource of the object as in RBAC: `plural.group`, or `plural` for the core group. */
  readonly resource: string;
  /** Namespace of the object; absent for cluster-scoped objects. */
  readonly namespace?: string | undefined;
}

/** Checks each attempt to send a write before the transport sends it. */
export interface WriteGate {
  /** Prepares the check; may read from the API server. Throws if a read fails or the signal is aborted. */
  prepare(request: WriteRequest, signal: AbortSignal): Promise<void>;
  /**
   * Admits one attempt of a write, or throws {@linkcode WriteHeldBack}. The transport calls `admit` twice, the second
   * time directly before it sends the request, because the process may have been paused in between.
   *
   * @returns the maximum duration of the attempt in milliseconds, above 0
   */
  admit(request: WriteRequest): number;
  /**
   * Called when an attempt ends without a response: the API server may still execute the write. Not called if the
   * connection could not be opened, because nothing was sent.
   *
   * @param forMs maximum time in milliseconds during which the API server may still execute the write
   */
  unanswered?(forMs: number): void;
}

/** Error for a write that was not sent, because the write gate did not admit it in this namespace or at this time. */
export class WriteHeldBack extends Error {
  override readonly name = "WriteHeldBack";
  readonly request: RequestInfo;

  constructor(request: RequestInfo, reason: string) {
    super(`Cannot ${request.verb} "${request.path}": ${reason}`);
    this.request = request;
  }
}

/** Returns whether `error` is a {@linkcode WriteHeldBack}, or an AggregateError that contains only such errors. */
export function isHeldBack(error: unknown): boolean {
  if (error instanceof AggregateError) {
    return error.errors.length > 0 && error.errors.every(isHeldBack);
  }
  return error instanceof WriteHeldBack;
}
