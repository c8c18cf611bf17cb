import { isJsonObject } from "./json.ts";

/** The request that caused an error. It omits headers and body, so that a log line contains no secrets. */
export interface RequestInfo {
  /** Kubernetes verb: `get`, `list`, `watch`, `create`, `apply`, `patch`, `delete`. */
  readonly verb: string;
  readonly method: string;
  /** Path and query, relative to the address of the API server. */
  readonly path: string;
}

/** The fields of a `Status` response that this program reads. */
interface Status {
  kind?: string;
  message?: string;
  reason?: string;
  code?: number;
  details?: StatusDetails;
}

/** The `details` of a `Status` response. */
export interface StatusDetails {
  name?: string;
  causes?: { field?: string; message?: string; reason?: string }[];
  retryAfterSeconds?: number;
}

/** Error for a request that the API server refused, or for a watch that it ended with an `ERROR` event. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  /** HTTP status code. */
  readonly status: number;
  /** CamelCase reason of the `Status` response, such as "NotFound" or "Conflict"; "" if the response has none. */
  readonly reason: string;
  /** Message of the API server. The `message` of this error also contains the request. */
  readonly serverMessage: string;
  readonly request: RequestInfo;
  /** Delay in milliseconds that the API server requested before a retry. */
  readonly retryAfterMs?: number;
  readonly details?: StatusDetails;

  constructor(
    answer: Pick<ApiError, "status" | "reason" | "message" | "request"> & {
      retryAfterMs?: number | undefined;
      details?: StatusDetails | undefined;
    },
  ) {
    const { status, reason, message, request, retryAfterMs, details } = answer;
    const code = reason ? `${status} ${reason}` : status;
    super(`Cannot ${request.verb} "${request.path}": ${message} (HTTP ${code})`);
    this.status = status;
    this.reason = reason;
    this.serverMessage = message;
    this.request = loggable(request);
    if (retryAfterMs !== undefined) this.retryAfterMs = retryAfterMs;
    if (details) this.details = details;
  }
}

/**
 * Error for a request without a usable response: connection failure or timeout. The API server may still execute a
 * write.
 */
export class ConnectionError extends Error {
  override readonly name = "ConnectionError";
  readonly request: RequestInfo;
  /** Whether the deadline of the request has passed. */
  readonly timedOut: boolean;

  constructor(
    failure: { request: RequestInfo; message: string; timedOut?: boolean; cause?: unknown },
  ) {
    const { request, message, timedOut = false, cause } = failure;
    super(`Cannot ${request.verb} "${request.path}": ${message}`, { cause });
    this.request = loggable(request);
    this.timedOut = timedOut;
  }
}

/** Copies only the fields of {@linkcode RequestInfo}, because a caller may pass a request body with secrets. */
function loggable({ verb, method, path }: RequestInfo): RequestInfo {
  return { verb, method, path };
}

/** Returns whether the error reports a failed request to the API server. Other errors are usually bugs. */
export function isFailedRequest(error: unknown): error is ApiError | ConnectionError {
  return error instanceof ApiError || error instanceof ConnectionError;
}

function hasStatus(error: unknown, status: number): error is ApiError {
  return error instanceof ApiError && error.status === status;
}

/** Returns whether the API server responded with 404: the object, its namespace or its kind does not exist. */
export function isNotFound(error: unknown): error is ApiError {
  return hasStatus(error, 404);
}

/** Returns the result of `request`, or undefined after a 404: the object, its namespace or its kind does not exist. */
export async function ignoreNotFound<T>(request: Promise<T>): Promise<T | undefined> {
  try {
    return await request;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** Returns whether an apply failed (422) because the object was recreated and the manifest has the old uid. */
function isOtherUid(error: unknown): boolean {
  if (!hasStatus(error, 422)) return false;
  const causes = error.details?.causes ?? [];
  return causes.length > 0 && causes.every(({ field }) => field === "metadata.uid");
}

/** Returns whether a write failed because the resourceVersion or uid differs, or another field manager owns a field. */
export function isConflict(error: unknown): error is ApiError {
  return (hasStatus(error, 409) && error.reason !== "AlreadyExists") || isOtherUid(error);
}

/** Returns whether a create failed because the name is in use (409, reason "AlreadyExists"). */
export function isAlreadyExists(error: unknown): error is ApiError {
  return hasStatus(error, 409) && error.reason === "AlreadyExists";
}

/** Returns whether validation or admission refused the content of the object (422). */
export function isInvalid(error: unknown): error is ApiError {
  return hasStatus(error, 422) && !isConflict(error);
}

/** Returns whether a resourceVersion or continue token is too old for the API server (410). */
export function isExpired(error: unknown): error is ApiError {
  return hasStatus(error, 410);
}

/** Returns whether an admission webhook denied a request. The webhook chooses the status, which is 400 by default. */
export function isWebhookDenial(error: unknown): boolean {
  return error instanceof ApiError && error.serverMessage.startsWith("admission webhook ");
}

/**
 * Returns whether the API server refused a request because an admission webhook did not respond (500). The caller must
 * retry, because no watch event reports that the webhook responds again.
 */
export function isWebhookUnavailable(error: unknown): boolean {
  return hasStatus(error, 500) && error.serverMessage.includes("failed calling webhook");
}

/** Returns whether the API server responded with 504 because its data is older than the requested resourceVersion. */
export function isFromTheFuture(error: unknown): error is ApiError {
  return hasStatus(error, 504) &&
    (error.details?.causes ?? []).some(({ reason }) => reason === "ResourceVersionTooLarge");
}

/** Returns whether RBAC or an admission plugin refused the request (403). */
export function isForbidden(error: unknown): error is ApiError {
  return hasStatus(error, 403);
}

/** Matches messages of Deno's HTTP client and of Node's TLS about an untrusted certificate. */
const UNTRUSTED =
  /invalid peer certificate|unable to verify the first certificate|self.signed certificate|does not match certificate/i;

/** Returns whether a request failed because the client does not trust the certificate of the API server. */
export function isUntrustedServer(error: unknown): error is ConnectionError {
  return error instanceof ConnectionError && UNTRUSTED.test(error.message);
}

/** Matches messages of Deno's HTTP client and of Node about a failed attempt to open a connection. */
const NOT_CONNECTED = /client error \(Connect\)|ECONNREFUSED/;

/** Returns whether an error means that the client could not open a connection and therefore sent no request. */
export function isNotSent(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return NOT_CONNECTED.test(error.message) || isNotSent(error.cause);
}

/**
 * Returns whether an error reports a failed connection to the API server, or is an AggregateError of only such errors.
 * The transport logs these errors, so its callers do not log them again. Returns false for a timeout, because a single
 * slow request can cause it.
 */
export function isConnectionFailure(error: unknown): boolean {
  if (error instanceof AggregateError) {
    return error.errors.length > 0 && error.errors.every(isConnectionFailure);
  }
  return error instanceof ConnectionError && !error.timedOut;
}

/**
 * Returns the message of an error. Log messages contain this text, because the JSON formatter prints an error object as
 * `{}`.
 */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Returns whether a retry may succeed: no response arrived, or the status is 429 (too many requests) or 5xx. */
export function isTransient(error: unknown): boolean {
  if (error instanceof ConnectionError) return true;
  return error instanceof ApiError && (error.status === 429 || error.status >= 500);
}

const MAX_TEXT = 300;
const NO_MESSAGE = "the API server sent no message";

function parseStatus(text: string): Status | undefined {
  try {
    const value: Status | null = JSON.parse(text);
    return value?.kind === "Status" ? value : undefined;
  } catch {
    // The text is not JSON, for example because a proxy responded with HTML. `responseToError` then quotes the text.
    return undefined;
  }
}

/** Returns the error for a `Status` object from an `ERROR` event of a watch. */
export function statusToError(status: unknown, request: RequestInfo): ApiError {
  const { message, reason, code, details }: Status = isJsonObject(status) ? status : {};
  return new ApiError({
    status: code ?? 500,
    reason: reason ?? "",
    message: message ?? NO_MESSAGE,
    request,
    retryAfterMs: requestedDelayMs(details),
    details,
  });
}

function requestedDelayMs({ retryAfterSeconds }: StatusDetails = {}): number | undefined {
  return retryAfterSeconds && retryAfterSeconds * 1000;
}

/** Returns the error for an unsuccessful response, from its status code, body and parsed `Retry-After` header. */
export function responseToError(
  response: { status: number; statusText: string; text: string; retryAfterMs?: number | undefined },
  request: RequestInfo,
): ApiError {
  const { message, reason = "", details } = parseStatus(response.text) ?? {};
  const text = response.text.trim().slice(0, MAX_TEXT);
  return new ApiError({
    status: response.status,
    reason,
    message: message || text || response.statusText || NO_MESSAGE,
    request,
    retryAfterMs: response.retryAfterMs ?? requestedDelayMs(details),
    details,
  });
}
