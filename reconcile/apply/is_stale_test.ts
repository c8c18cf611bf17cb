// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { ApiError } from "../../kube/errors.ts";
import { isStale } from "./is_stale.ts";

function answer(status: number, reason: string, field = ""): ApiError {
  const request = { verb: "apply", method: "PATCH", path: "/" };
  const details = { causes: [{ field, reason: "FieldValueInvalid" }] };
  return new ApiError({ status, reason, message: "", request, details });
}

Deno.test("an object that is not the one that was seen is no error of the plan", () => {
  assertEquals(isStale(answer(409, "Conflict")), true);
  assertEquals(isStale(answer(409, "AlreadyExists")), true);
  assertEquals(isStale(answer(422, "Invalid", "metadata.uid")), true);
});

Deno.test("what the server refuses for its content is an error", () => {
  assertEquals(isStale(answer(422, "Invalid", "spec.selector")), false);
  assertEquals(isStale(answer(403, "Forbidden")), false);
  assertEquals(isStale(new Error("Conflict")), false);
});
