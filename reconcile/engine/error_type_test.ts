// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { ApiError, ConnectionError } from "../../kube/errors.ts";
import { errorType } from "./error_type.ts";

const request = { verb: "get", method: "GET", path: "/" };

function refused(status: number, reason: string): ApiError {
  return new ApiError({ status, reason, message: "", request });
}

Deno.test("the type of an error depends on the answer of the API server", () => {
  assertEquals(errorType(refused(422, "Invalid")), "validation");
  assertEquals(errorType(refused(403, "Forbidden")), "forbidden");
  assertEquals(errorType(refused(500, "")), "internal");
  assertEquals(errorType(new ConnectionError({ request, message: "", timedOut: true })), "timeout");
  assertEquals(errorType(new ConnectionError({ request, message: "" })), "unavailable");
  assertEquals(errorType(new Error("bug")), "internal");
  assertEquals(errorType("thrown"), "internal");
});

Deno.test("the cause counts, and of several errors the first", () => {
  assertEquals(errorType(new Error("no", { cause: refused(404, "NotFound") })), "not_found");
  assertEquals(errorType(new AggregateError([refused(404, "NotFound"), "other"])), "not_found");
  assertEquals(errorType(new AggregateError([])), "internal");
});
