import { ApiError, type RequestInfo, type StatusDetails } from "./errors.ts";

/** The fields of a `Status` object that are read. */
interface Status {
  kind?: string;
  message?: string;
  reason?: string;
  code?: number;
  details?: StatusDetails;
}

const MAX_TEXT = 300;

function parseStatus(text: string): Status | undefined {
  try {
    const value: Status | null = JSON.parse(text);
    return value?.kind === "Status" ? value : undefined;
  } catch {
    // A proxy responds with HTML or plain text; the caller then shows the text.
    return undefined;
  }
}

/** Returns the error for a `Status` object from an `ERROR` event of a watch. */
export function statusToError(status: unknown, request: RequestInfo): ApiError {
  const { message, reason, code, details }: Status = typeof status === "object" && status !== null
    ? status
    : {};
  return new ApiError({
    status: code ?? 500,
    reason: reason ?? "",
    message: message ?? "the API server sent no message",
    request,
    retryAfterMs: details?.retryAfterSeconds && details.retryAfterSeconds * 1000,
    details,
  });
}

/** Returns the error for an unsuccessful response, from its code, its body and the parsed `Retry-After`. */
export function responseToError(
  response: { status: number; statusText: string; text: string; retryAfterMs?: number | undefined },
  request: RequestInfo,
): ApiError {
  const status = parseStatus(response.text);
  const text = response.text.trim().slice(0, MAX_TEXT);
  const inBody = status?.details?.retryAfterSeconds;
  return new ApiError({
    status: response.status,
    reason: status?.reason ?? "",
    message: status?.message || text || response.statusText || "the API server sent no message",
    request,
    retryAfterMs: response.retryAfterMs ?? (inBody && inBody * 1000),
    details: status?.details,
  });
}
