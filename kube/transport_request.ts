import type { RequestInfo } from "./errors.ts";

/** A request to the API server. */
export interface TransportRequest extends RequestInfo {
  /** `plural.group` or `plural`, for metrics and messages. */
  readonly resource: string;
  /** Namespace of the object or collection; absent for cluster-scoped objects and for all namespaces. */
  readonly namespace?: string | undefined;
  readonly body?: unknown;
  /** Content type of the body; `application/json` by default. */
  readonly contentType?: string | undefined;
  /** Whether the API server may receive the request twice, so that it can be retried after a lost connection. */
  readonly idempotent: boolean;
  /** Deadline of the call with all of its retries, in milliseconds. */
  readonly deadlineMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Metrics of one HTTP exchange; each retry has its own. */
export interface RequestRecord extends RequestInfo {
  readonly resource: string;
  /** HTTP status as text, or "<error>" without a response. */
  readonly code: string;
  readonly host: string;
  readonly durationMs: number;
}
