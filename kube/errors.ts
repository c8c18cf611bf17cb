/** The request that an error belongs to; never carries headers or a body, so it may be logged. */
export interface RequestInfo {
  /** Kubernetes verb: `get`, `list`, `watch`, `create`, `apply`, `patch`, `delete`. */
  readonly verb: string;
  readonly method: string;
  /** Path and query below the server's address. */
  readonly path: string;
}

/** The `details` of a `Status` answer. */
export interface StatusDetails {
  name?: string;
  kind?: string;
  uid?: string;
  causes?: { field?: string; message?: string; reason?: string }[];
  retryAfterSeconds?: number;
}

/** What the API server refused, from its `Status` answer. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  /** HTTP status code. */
  readonly status: number;
  /** CamelCase reason of the `Status` answer: "NotFound", "Conflict", "Invalid", … or "" where it gave none. */
  readonly reason: string;
  /** The server's own words, without the request that they belong to. */
  readonly answer: string;
  readonly request: RequestInfo;
  /** How long the server asked to wait before another try, in milliseconds. */
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
    this.answer = answer.message;
    this.request = loggable(answer.request);
    if (answer.retryAfterMs !== undefined) this.retryAfterMs = answer.retryAfterMs;
    if (answer.details) this.details = answer.details;
  }
}

/** No usable answer came: the connection failed, was cut, or the deadline passed. A write may have happened all the same. */
export class ConnectionError extends Error {
  override readonly name = "ConnectionError";
  readonly request: RequestInfo;
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

/** Nothing but what {@linkcode RequestInfo} promises: what is handed in may carry a body, and a body secrets. */
function loggable({ verb, method, path }: RequestInfo): RequestInfo {
  return { verb, method, path };
}

function hasStatus(error: unknown, status: number): error is ApiError {
  return error instanceof ApiError && error.status === status;
}

/** Whether the object, its namespace or its kind is absent (404). */
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

/** An apply that names the uid of an object's predecessor is refused as an attempt to change the uid (422). */
function isOtherUid(error: ApiError): boolean {
  const causes = error.details?.causes ?? [];
  return error.status === 422 && causes.length > 0 &&
    causes.every(({ field }) => field === "metadata.uid");
}

/** Whether the object is not, or no longer, the one that was meant: wrong resourceVersion or uid, or fields of another manager. */
export function isConflict(error: unknown): error is ApiError {
  if (!(error instanceof ApiError)) return false;
  return (error.status === 409 && error.reason !== "AlreadyExists") || isOtherUid(error);
}

/** Whether a create met an object of the same name (409, reason "AlreadyExists"). */
export function isAlreadyExists(error: unknown): error is ApiError {
  return error instanceof ApiError && error.status === 409 && error.reason === "AlreadyExists";
}

/** Whether validation or admission refused the object's content (422). */
export function isInvalid(error: unknown): error is ApiError {
  return hasStatus(error, 422) && !isConflict(error);
}

/** Whether a resourceVersion or continue token is too old to go on from (410). */
export function isExpired(error: unknown): error is ApiError {
  return hasStatus(error, 410);
}

/** Whether the server does not know a resourceVersion yet: it lags behind, or its history went back (504). */
export function isFromTheFuture(error: unknown): error is ApiError {
  return hasStatus(error, 504) &&
    (error.details?.causes ?? []).some(({ reason }) => reason === "ResourceVersionTooLarge");
}

/** Whether access control refused the request (403). */
export function isForbidden(error: unknown): error is ApiError {
  return hasStatus(error, 403);
}

/** What an error says, for the text of a log line: a formatter shows an error object as `{}` there. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Whether the same request may well succeed in a moment: no answer, too many requests, or a fault of the server's (5xx). */
export function isTransient(error: unknown): boolean {
  if (error instanceof ConnectionError) return true;
  return error instanceof ApiError && (error.status === 429 || error.status >= 500);
}
