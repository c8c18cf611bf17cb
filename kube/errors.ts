/** The request of an error, without headers and body, so that it can be logged. */
export interface RequestInfo {
  /** Kubernetes verb: `get`, `list`, `watch`, `create`, `apply`, `patch`, `delete`. */
  readonly verb: string;
  readonly method: string;
  /** Path and query, relative to the address of the API server. */
  readonly path: string;
}

/** The `details` of a `Status` response. */
export interface StatusDetails {
  name?: string;
  kind?: string;
  uid?: string;
  causes?: { field?: string; message?: string; reason?: string }[];
  retryAfterSeconds?: number;
}

/** The API server refused a request with a `Status` response. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  /** HTTP status code. */
  readonly status: number;
  /** CamelCase reason of the `Status` response: "NotFound", "Conflict", "Invalid", …; "" if it is absent. */
  readonly reason: string;
  /** The message of the response, without the request. */
  readonly serverMessage: string;
  readonly request: RequestInfo;
  /** Delay before a retry that the API server requested, in milliseconds. */
  readonly retryAfterMs?: number;
  readonly details?: StatusDetails;

  constructor(
    answer: {
      status: number;
      reason: string;
      message: string;
      request: RequestInfo;
      retryAfterMs?: number | undefined;
      details?: StatusDetails | undefined;
    },
  ) {
    super(
      `Cannot ${answer.request.verb} "${answer.request.path}": ${answer.message} (HTTP ${answer.status}${
        answer.reason && ` ${answer.reason}`
      })`,
    );
    this.status = answer.status;
    this.reason = answer.reason;
    this.serverMessage = answer.message;
    this.request = loggable(answer.request);
    if (answer.retryAfterMs !== undefined) this.retryAfterMs = answer.retryAfterMs;
    if (answer.details) this.details = answer.details;
  }
}

/** A request without a usable response: the connection failed or the deadline passed. A write may have been executed. */
export class ConnectionError extends Error {
  override readonly name = "ConnectionError";
  readonly request: RequestInfo;
  /** Whether the deadline of the request has passed. */
  readonly timedOut: boolean;

  constructor(
    failure: { request: RequestInfo; message: string; timedOut?: boolean; cause?: unknown },
  ) {
    super(`Cannot ${failure.request.verb} "${failure.request.path}": ${failure.message}`, {
      cause: failure.cause,
    });
    this.request = loggable(failure.request);
    this.timedOut = failure.timedOut ?? false;
  }
}

/** Returns only the fields of {@linkcode RequestInfo}: callers pass objects with a body, which may contain secrets. */
function loggable({ verb, method, path }: RequestInfo): RequestInfo {
  return { verb, method, path };
}

function hasStatus(error: unknown, status: number): error is ApiError {
  return error instanceof ApiError && error.status === status;
}

/** Returns whether the object, its namespace or its kind is absent (404). */
export function isNotFound(error: unknown): error is ApiError {
  return hasStatus(error, 404);
}

/** Returns the response, or undefined if the API server answers 404: the object, its namespace or its kind is absent. */
export async function ignoreNotFound<T>(request: Promise<T>): Promise<T | undefined> {
  try {
    return await request;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** Returns whether an apply named the uid of a deleted object: the API server refuses to change the uid (422). */
function isOtherUid(error: ApiError): boolean {
  const causes = error.details?.causes ?? [];
  return error.status === 422 && causes.length > 0 &&
    causes.every(({ field }) => field === "metadata.uid");
}

/** Returns whether a precondition failed: another resourceVersion, another uid, or fields of another field manager. */
export function isConflict(error: unknown): error is ApiError {
  if (!(error instanceof ApiError)) return false;
  return (error.status === 409 && error.reason !== "AlreadyExists") || isOtherUid(error);
}

/** Returns whether a create found an object of the same name (409, reason "AlreadyExists"). */
export function isAlreadyExists(error: unknown): error is ApiError {
  return error instanceof ApiError && error.status === 409 && error.reason === "AlreadyExists";
}

/** Returns whether validation or admission refused the content of the object (422). */
export function isInvalid(error: unknown): error is ApiError {
  return hasStatus(error, 422) && !isConflict(error);
}

/** Returns whether a resourceVersion or continue token is too old for the API server (410). */
export function isExpired(error: unknown): error is ApiError {
  return hasStatus(error, 410);
}

/** Returns whether a resourceVersion is too new for the API server (504): it lags behind, or its data was reset. */
export function isFromTheFuture(error: unknown): error is ApiError {
  return hasStatus(error, 504) &&
    (error.details?.causes ?? []).some(({ reason }) => reason === "ResourceVersionTooLarge");
}

/** Returns whether RBAC or an admission plugin refused the request (403). */
export function isForbidden(error: unknown): error is ApiError {
  return hasStatus(error, 403);
}

/** Returns the message of an error. Log lines need it, because formatters print an error object as `{}`. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Returns whether a retry may succeed: the response is missing, 429 (too many requests), or a server error (5xx). */
export function isTransient(error: unknown): boolean {
  if (error instanceof ConnectionError) return true;
  return error instanceof ApiError && (error.status === 429 || error.status >= 500);
}
