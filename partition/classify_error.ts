import { DeletionFailure } from "./deletion_failure.ts";
import type { DeletionOutcome } from "./report.ts";

/**
 * Class of an error, which decides how `retry.ts` handles a failed request. Errors of class `unavailable`,
 * `credentials` and `throttle` are retried after a delay; `throttle` also lowers the concurrency limit. An `expired`
 * error is retried once with new credentials, a `clock` error once with a corrected clock. A `fatal` error stops the
 * deletion.
 */
export type ErrorClass =
  | { kind: "throttle" | "unavailable" | "credentials" }
  | { kind: "expired" | "clock" }
  | { kind: "fatal"; outcome: DeletionOutcome };

// Sources of the error names: "Error handling with DynamoDB" (developer guide) and "Common Errors" (API reference).
const THROTTLES = new Set([
  "ProvisionedThroughputExceededException",
  "ThrottlingException",
  "Throttling",
  "RequestLimitExceeded",
  "LimitExceededException",
  "TooManyRequestsException",
]);
const UNAVAILABLE = new Set([
  "InternalServerError",
  "InternalFailure",
  "InternalServerException",
  "ServiceUnavailable",
  "ServiceUnavailableException",
  "ReplicatedWriteConflictException",
  "TransactionConflictException",
  "TransactionInProgressException",
  "IDPCommunicationError",
  // Errors that the client itself throws for a broken connection, a timeout or a truncated response.
  "TypeError",
  "TimeoutError",
  "SyntaxError",
  "IncompleteResponse",
]);
const EXPIRED = new Set(["ExpiredTokenException", "ExpiredToken", "RequestExpired"]);
const CLOCK = new Set([
  "InvalidSignatureException",
  "RequestTimeTooSkewed",
  "SignatureDoesNotMatch",
]);
const ACCESS = new Set([
  "AccessDeniedException",
  "AccessDenied",
  "UnrecognizedClientException",
  "InvalidClientTokenId",
  "InvalidIdentityToken",
  "IDPRejectedClaim",
  "IncompleteSignature",
  "IncompleteSignatureException",
  "MissingAuthenticationToken",
  "MissingAuthenticationTokenException",
  "NotAuthorized",
  "OptInRequired",
]);

/** Returns the class of an error that a request threw. The class depends on the error's name and HTTP status. */
export function classifyError(error: unknown): ErrorClass {
  if (error instanceof DeletionFailure) return { kind: "fatal", outcome: error.outcome };
  const { name, status } = traits(error);
  if (THROTTLES.has(name) || status === 429) return { kind: "throttle" };
  if (EXPIRED.has(name)) return { kind: "expired" };
  if (CLOCK.has(name)) return { kind: "clock" };
  if (name === "CredentialsProviderError") return { kind: "credentials" };
  if (name === "ResourceNotFoundException") return { kind: "fatal", outcome: "TableNotFound" };
  if (name === "ValidationException") {
    return { kind: "fatal", outcome: isAboutKey(error) ? "InvalidKey" : "InternalError" };
  }
  if (ACCESS.has(name) || name.startsWith("KMS")) return { kind: "fatal", outcome: "AccessDenied" };
  if (status !== undefined && status >= 500) return { kind: "unavailable" };
  const foreign = isForeign(name);
  if (foreign && (status === 401 || status === 403)) {
    return { kind: "fatal", outcome: "AccessDenied" };
  }
  if (foreign && status !== undefined && status >= 300) {
    return { kind: "fatal", outcome: "InvalidEndpoint" };
  }
  if (UNAVAILABLE.has(name)) return { kind: "unavailable" };
  return { kind: "fatal", outcome: "InternalError" };
}

/**
 * Returns whether an error with this name comes from a server other than DynamoDB. DynamoDB sends a name with each
 * error. If a response has no name or is an HTML page, the SDK chooses a name, which this function recognizes.
 */
export function isForeign(name: string): boolean {
  return name === "SyntaxError" || name === "UnknownError" || name === "Unknown";
}

/** Returns whether a ValidationException is about the value or the type of a key, and not about another parameter. */
function isAboutKey(error: unknown): boolean {
  return error instanceof Error && /key|schema|numeric value|AttributeValue/i.test(error.message);
}

/** Returns the name and HTTP status of an SDK error. Removes the namespace, which ends with "#", from the name. */
export function traits(error: unknown): { name: string; status: number | undefined } {
  if (!(error instanceof Error)) return { name: "", status: undefined };
  const { name, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
  return { name: name.slice(name.lastIndexOf("#") + 1), status: $metadata?.httpStatusCode };
}
