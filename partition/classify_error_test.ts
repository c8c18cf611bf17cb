// @ts-types="../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { classifyError, type ErrorClass } from "./classify_error.ts";
import { DeletionFailure } from "./deletion_failure.ts";
import { serviceError } from "./testing/service_error.ts";

function check(expected: ErrorClass, errors: Error[]) {
  for (const error of errors) assertEquals(classifyError(error), expected, error.name);
}

Deno.test("throttling by the table, the AWS account and the control plane is recognised", () => {
  check({ kind: "throttle" }, [
    serviceError("ProvisionedThroughputExceededException"),
    serviceError("ThrottlingException"),
    serviceError("RequestLimitExceeded"),
    serviceError("LimitExceededException"),
    serviceError("com.amazonaws.dynamodb.v20120810#ThrottlingException"),
    serviceError("UnknownError", 429),
  ]);
});

Deno.test("faults of the service, the network and replication are retryable", () => {
  check({ kind: "unavailable" }, [
    serviceError("InternalServerError", 500),
    serviceError("ServiceUnavailable", 503),
    serviceError("UnknownError", 502),
    serviceError("ReplicatedWriteConflictException"),
    serviceError("TransactionConflictException"),
    new TypeError("error sending request"),
    new DOMException("The signal has been aborted", "TimeoutError"),
    new SyntaxError("Unexpected end of JSON input"),
    serviceError("SyntaxError", 200),
    serviceError("SyntaxError", 503),
    serviceError("IncompleteResponse", 200),
  ]);
});

Deno.test("expired credentials, a wrong clock and a failing credential source have different error classes", () => {
  check({ kind: "expired" }, [
    serviceError("ExpiredTokenException"),
    serviceError("RequestExpired"),
  ]);
  check({ kind: "clock" }, [
    serviceError("InvalidSignatureException"),
    serviceError("RequestTimeTooSkewed"),
  ]);
  check({ kind: "credentials" }, [serviceError("CredentialsProviderError")]);
});

Deno.test("a terminal error stops the deletion, with the outcome that matches the error", () => {
  const fatal: [string, number, string][] = [
    ["ResourceNotFoundException", 400, "TableNotFound"],
    ["ValidationException", 400, "InternalError"],
    ["UnknownError", 307, "InvalidEndpoint"],
    ["AccessDeniedException", 400, "AccessDenied"],
    ["UnrecognizedClientException", 400, "AccessDenied"],
    ["IncompleteSignature", 400, "AccessDenied"],
    ["MissingAuthenticationToken", 400, "AccessDenied"],
    ["KMSInvalidStateException", 400, "AccessDenied"],
    ["UnknownError", 403, "AccessDenied"],
    ["UnknownError", 404, "InvalidEndpoint"],
    ["SyntaxError", 404, "InvalidEndpoint"],
    ["SyntaxError", 413, "InvalidEndpoint"],
    ["SyntaxError", 403, "AccessDenied"],
    ["SomethingNew", 400, "InternalError"],
  ];
  for (const [name, status, outcome] of fatal) {
    const found = classifyError(serviceError(name, status));
    assertEquals(found, { kind: "fatal", outcome } as ErrorClass, name);
  }
  const texts = ["The provided key element does not match the schema", "Size of hashkey"];
  for (const text of texts) {
    const found = classifyError(serviceError("ValidationException", 400, text));
    assertEquals(found, { kind: "fatal", outcome: "InvalidKey" }, text);
  }
  assertEquals(
    classifyError(new DeletionFailure("CredentialsMissing", "none")),
    { kind: "fatal", outcome: "CredentialsMissing" },
  );
  assertEquals(classifyError("thrown"), { kind: "fatal", outcome: "InternalError" });
});
