import { ApiError, ConnectionError } from "../../kube/errors.ts";

const BY_REASON: Readonly<Record<string, string>> = {
  AlreadyExists: "already_exists",
  BadRequest: "bad_request",
  Conflict: "conflict",
  Forbidden: "forbidden",
  Invalid: "validation",
  NotFound: "not_found",
  ServerTimeout: "server_timeout",
  ServiceUnavailable: "unavailable",
  Timeout: "timeout",
  TooManyRequests: "rate_limited",
  Unauthorized: "unauthorized",
};

/** Returns the type of an error as a metric label; "internal" for an error without an answer of the API server. */
export function errorType(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return errorType(error.errors[0]);
  if (error instanceof ApiError) return BY_REASON[error.reason] ?? "internal";
  if (error instanceof ConnectionError) return error.timedOut ? "timeout" : "unavailable";
  if (error instanceof Error && error.cause) return errorType(error.cause);
  return "internal";
}
