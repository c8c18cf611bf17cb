// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { ApiError, ConnectionError, type StatusDetails } from "../../kube/errors.ts";
import { isTerminal } from "./terminal_error.ts";

const request = { verb: "apply", method: "PATCH", path: "/x" };

function answer(status: number, reason: string, details?: StatusDetails): ApiError {
  return new ApiError({ status, reason, message: reason, request, details });
}

const invalid = answer(422, "Invalid", { causes: [{ field: "spec.replicas" }] });
const badRequest = answer(400, "BadRequest");
const quota = answer(403, "Forbidden");

Deno.test("a refusal of the content is terminal", () => {
  for (const error of [invalid, badRequest, new Error("explained", { cause: invalid })]) {
    assertEquals(isTerminal(error), true);
  }
});

Deno.test("a refusal that may end without a watch event is retryable", () => {
  const policy = answer(422, "Invalid", { causes: [{ message: "denied by a policy" }] });
  for (const error of [quota, policy, answer(422, "Invalid"), answer(404, "NotFound")]) {
    assertEquals(isTerminal(error), false);
  }
});

Deno.test("a conflict, a server error and a lost connection are retryable", () => {
  const otherUid = answer(422, "Invalid", { causes: [{ field: "metadata.uid" }] });
  const lost = new ConnectionError({ request, message: "reset" });
  const errors = [otherUid, answer(409, "Conflict"), answer(500, "InternalError"), lost];
  for (const error of errors) assertEquals(isTerminal(error), false);
  assertEquals(isTerminal(new TypeError("args is not iterable")), false);
});

Deno.test("one retryable error makes an aggregate retryable", () => {
  assertEquals(isTerminal(new AggregateError([invalid, badRequest])), true);
  assertEquals(isTerminal(new AggregateError([invalid, quota])), false);
  assertEquals(isTerminal(new AggregateError([])), false);
});
