// @ts-types="../../types/std/assert.d.ts"
import { assert, assertEquals } from "@std/assert";
import { ApiError } from "../../kube/errors.ts";
import { explainApplyError, isStale } from "./write_errors.ts";
import { service } from "./testing/objects.ts";

function answer(message: string): ApiError {
  const request = { verb: "apply", method: "PATCH", path: "/api/v1/services/a" };
  return new ApiError({ status: 500, reason: "", message, request });
}

Deno.test("an error names every field that the API server does not know, whatever their order", () => {
  const lines = [
    '  .spec.ports[port=80,protocol="T: CP"].bogus: field not declared in schema',
    "  .spec.nonsense: field not declared in schema",
  ];
  for (const order of [lines, lines.toReversed()]) {
    const error = answer(
      "failed to create typed patch object (ns/a.b; v1, Kind=Service): errors:\n" +
        order.join("\n"),
    );
    const explained = explainApplyError(error, service("a"));
    assert(explained instanceof Error);
    assertEquals(
      explained.message,
      'Cannot apply Service "ns/a": this API server does not know the field ' +
        '"spec.nonsense", "spec.ports[port=80,protocol="T: CP"].bogus"; ' +
        "remove it or upgrade the cluster",
    );
    assertEquals(explained.cause, error);
  }
});

Deno.test("any other error is returned unchanged", () => {
  const errors = [answer("no luck"), new Error(".spec.x: field not declared in schema")];
  for (const error of errors) assertEquals(explainApplyError(error, service("a")), error);
});

function refusal(status: number, reason: string, field = ""): ApiError {
  const request = { verb: "apply", method: "PATCH", path: "/" };
  const details = { causes: [{ field, reason: "FieldValueInvalid" }] };
  return new ApiError({ status, reason, message: "", request, details });
}

Deno.test("a write to an object that changed since it was read is stale", () => {
  assertEquals(isStale(refusal(409, "Conflict")), true);
  assertEquals(isStale(refusal(409, "AlreadyExists")), true);
  assertEquals(isStale(refusal(422, "Invalid", "metadata.uid")), true);
});

Deno.test("a refusal of the content is not stale", () => {
  assertEquals(isStale(refusal(422, "Invalid", "spec.selector")), false);
  assertEquals(isStale(refusal(403, "Forbidden")), false);
  assertEquals(isStale(new Error("Conflict")), false);
});
