// @ts-types="../types/std/assert.d.ts"
import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  ApiError,
  ConnectionError,
  ignoreNotFound,
  isAlreadyExists,
  isConflict,
  isExpired,
  isFailedRequest,
  isInvalid,
  isNotFound,
  reasonOf,
  type StatusDetails,
} from "./errors.ts";

function refusal(status: number, reason: string, details?: StatusDetails): ApiError {
  const request = { verb: "apply", method: "PATCH", path: "/x" };
  return new ApiError({ status, reason, message: "no", request, details });
}

Deno.test("errors are classified by status and reason", () => {
  assert(isNotFound(refusal(404, "NotFound")));
  assert(isExpired(refusal(410, "Expired")));
  assert(isConflict(refusal(409, "Conflict")));
  assert(isAlreadyExists(refusal(409, "AlreadyExists")));
  assert(!isConflict(refusal(409, "AlreadyExists")));
  assert(!isConflict(new Error("Conflict")));
});

Deno.test("an apply with the uid of a deleted object is a conflict, not an invalid object", () => {
  const otherUid = refusal(422, "Invalid", { causes: [{ field: "metadata.uid" }] });
  assertEquals([isConflict(otherUid), isInvalid(otherUid)], [true, false]);
  const causes = [{ field: "metadata.uid" }, { field: "spec" }];
  const invalid = refusal(422, "Invalid", { causes });
  assertEquals([isConflict(invalid), isInvalid(invalid)], [false, true]);
});

Deno.test("a failed request has a response or none; an error of the program is no failed request", () => {
  const { request } = refusal(500, "");
  const cut = new ConnectionError({ request, message: "cut" });
  const errors = [refusal(500, ""), cut, new TypeError("x"), undefined];
  assertEquals(errors.map(isFailedRequest), [true, true, false, false]);
});

Deno.test("reasonOf returns the message of an error", () => {
  assertEquals([reasonOf(new Error("no route")), reasonOf("cut")], ["no route", "cut"]);
});

Deno.test("ignoreNotFound returns the response, returns undefined after a 404, and throws other errors", async () => {
  assertEquals(await ignoreNotFound(Promise.resolve(1)), 1);
  assertEquals(await ignoreNotFound(Promise.reject(refusal(404, "NotFound"))), undefined);
  await assertRejects(() => ignoreNotFound(Promise.reject(refusal(403, "Forbidden"))), ApiError);
});
