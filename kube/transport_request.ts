import type { RequestInfo } from "./errors.ts";

export interface TransportRequest extends RequestInfo {
  /** `plural.group` or `plural`, for metrics and messages. */
  readonly resource: string;
  /** Of the object or collection; absent for what is in no namespace, and for all namespaces. */
  readonly namespace?: string | undefined;
  readonly body?: unknown;
  /** Of the body; `application/json` by default. */
  readonly contentType?: string | undefined;
  /** Whether a second delivery does no harm, so that a cut connection may be retried. */
  readonly idempotent: boolean;
  /** For the whole call, retries and waits included, in milliseconds. */
  readonly deadlineMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What is told of each HTTP exchange, retries each on their own. */
export interface RequestRecord extends RequestInfo {
  readonly resource: string;
  /** HTTP status as text, or "<error>" when no answer came. */
  readonly code: string;
  readonly host: string;
  readonly durationMs: number;
}
