// @ts-types="../../types/std/assert.d.ts"
import { assert, assertEquals } from "@std/assert";
import { ApiError } from "../../kube/errors.ts";
import { explainApplyError } from "./explain_apply_error.ts";
import { service } from "./testing/objects.ts";

function answer(message: string): ApiError {
  const request = { verb: "apply", method: "PATCH", path: "/api/v1/services/a" };
  return new ApiError({ status: 500, reason: "", message, request });
}

Deno.test("fields that the server does not know are named, however many", () => {
  const error = answer(
    "failed to create typed patch object (ns/a.b; v1, Kind=Service): errors:\n" +
      '  .spec.ports[port=80,protocol="T: CP"].bogus: field not declared in schema\n' +
      "  .spec.nonsense: field not declared in schema",
  );
  const explained = explainApplyError(error, service("a"));
  assert(explained instanceof Error);
  assertEquals(
    explained.message,
    'Cannot apply Service "ns/a": this API server does not know the field ' +
      '"spec.ports[port=80,protocol="T: CP"].bogus", "spec.nonsense"; ' +
      "remove it or upgrade the cluster",
  );
  assertEquals(explained.cause, error);
});

Deno.test("any other error is left as it is", () => {
  const errors = [answer("no luck"), new Error(".spec.x: field not declared in schema")];
  for (const error of errors) assertEquals(explainApplyError(error, service("a")), error);
});
