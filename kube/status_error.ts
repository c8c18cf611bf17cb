import { ApiError, type RequestInfo, type StatusDetails } from "./errors.ts";

/** The API server's `Status` kind, as far as it is read. */
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
    // Proxies answer with HTML or plain text; the caller then shows the text itself.
    return undefined;
  }
}

/** Makes the error of a `Status` object, as found in a watch's `ERROR` event. */
export function statusToError(status: unknown, request: RequestInfo): ApiError {
  const { message, reason, code, details }: Status = typeof status === "object" && status !== null
    ? status
    : {};
  return new ApiError({
    status: code ?? 500,
    reason: reason ?? "",
    message: message ?? "the server gave no message",
    request,
    retryAfterMs: details?.retryAfterSeconds && details.retryAfterSeconds * 1000,
    details,
  });
}

/** Makes the error of an answer that is no success from its code, its body and the parsed `Retry-After`. */
export function answerToError(
  answer: { status: number; statusText: string; text: string; retryAfterMs?: number | undefined },
  request: RequestInfo,
): ApiError {
  const status = parseStatus(answer.text);
  const text = answer.text.trim().slice(0, MAX_TEXT);
  const inBody = status?.details?.retryAfterSeconds;
  return new ApiError({
    status: answer.status,
    reason: status?.reason ?? "",
    message: status?.message || text || answer.statusText || "the server gave no message",
    request,
    retryAfterMs: answer.retryAfterMs ?? (inBody && inBody * 1000),
    details: status?.details,
  });
}
