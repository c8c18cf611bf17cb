import { classifyError, isForeign, traits } from "./classify_error.ts";
import { DeletionFailure, describeError } from "./deletion_failure.ts";

/**
 * Sends one request. Returns the response if it contains the field that `part` reads. Every DynamoDB response to the
 * operation has this field. Without the check, an empty body would look like an empty partition or a deleted batch.
 *
 * @throws {DeletionFailure} InvalidEndpoint if the server is not DynamoDB; a retry does not help
 */
export type ProtocolCheck = <T>(
  operation: string,
  send: () => Promise<T>,
  part: (response: T) => unknown,
) => Promise<T>;

/** An operation fails after this many successive invalid responses, unless it has had a valid response before. */
const MAX_INVALID = 3;
const TLS_ERROR =
  /invalid peer certificate|received corrupt message|received fatal alert|peer is incompatible/;

/** @param place region and endpoint, as shown in messages */
export function createProtocolCheck(place: string): ProtocolCheck {
  // Operations that have had a valid response. If a later response is invalid, the caller retries the request, because
  // the connection may have been lost.
  const valid = new Set<string>();
  const invalid = new Map<string, number>();

  /** @param invalidBefore number of successive invalid responses when the request was sent */
  function failure(
    operation: string,
    invalidBefore: number,
    error: unknown,
  ): DeletionFailure | undefined {
    const text = describeError(error);
    if (TLS_ERROR.test(text)) {
      return refused(
        `Cannot connect to DynamoDB in ${place} over TLS: ${text}; check the scheme and the host; for a certificate of ` +
          "a private CA, set DENO_CERT (partitionJobs.caConfigMap of the chart)",
        error,
      );
    }
    const errorClass = classifyError(error);
    if (errorClass.kind === "fatal" && errorClass.outcome === "InvalidEndpoint") {
      return refused(notDynamoDb(operation, text), error);
    }
    const { name, status } = traits(error);
    if (errorClass.kind === "fatal" && isForeign(name) && status !== undefined) {
      const message =
        `The server in ${place} refused ${operation} with status ${status}, and the response is not ` +
        "an error of DynamoDB: check the endpoint, proxies and credentials";
      return new DeletionFailure(errorClass.outcome, message, { cause: error });
    }
    if (valid.has(operation) || !isInvalidResponse(error)) return undefined;
    // Invalid responses to concurrent requests count only once.
    const count = invalidBefore + 1;
    invalid.set(operation, Math.max(count, invalid.get(operation) ?? 0));
    return count < MAX_INVALID ? undefined : refused(notDynamoDb(operation, text), error);
  }

  function notDynamoDb(operation: string, text: string): string {
    return `The server in ${place} does not answer ${operation} as DynamoDB does (${text}): check the endpoint and proxies`;
  }

  return async (operation, send, part) => {
    const invalidBefore = invalid.get(operation) ?? 0;
    try {
      const response = await send();
      if (part(response) === undefined) throw incompleteResponse();
      valid.add(operation);
      return response;
    } catch (error) {
      throw failure(operation, invalidBefore, error) ?? error;
    }
  };
}

function refused(message: string, cause: unknown): DeletionFailure {
  return new DeletionFailure("InvalidEndpoint", message, { cause });
}

/** Returns whether the server sent an incomplete or unreadable response without an error status. */
function isInvalidResponse(error: unknown): boolean {
  const { name, status = 200 } = traits(error);
  return status < 300 && (name === "IncompleteResponse" || name === "SyntaxError");
}

function incompleteResponse(): Error {
  const message = "the response lacks a field that every response of DynamoDB has";
  return Object.assign(new Error(message), { name: "IncompleteResponse" });
}
