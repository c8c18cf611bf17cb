// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { ApiError } from "../../kube/errors.ts";
import { describeGroveError } from "./write_errors.ts";

function errorOf(status: number, message: string, kind = "PodCliqueSet") {
  const request = { verb: "apply", method: "PATCH", path: "/x" };
  const ref = { apiVersion: "grove.io/v1alpha1", kind, namespace: "team", name: "chat" };
  return { ref, error: new ApiError({ status, reason: "", message, request }) };
}

Deno.test("a refusal of Grove names each fault once", () => {
  const denied = 'admission webhook "pcs.validating.webhooks.grove.io" denied the request: ';
  const first = "spec.template.cliques: Invalid value: 3, field is immutable";
  const second = "spec.template.cliques[0].name: Too long";
  assertEquals(
    describeGroveError(errorOf(403, `${denied}[${first}, ${second}, ${first}, ${second}]`)),
    `PodCliqueSet "team/chat": ${denied}[${first}, ${second}]`,
  );
  assertEquals(
    describeGroveError(errorOf(403, denied + first)),
    `PodCliqueSet "team/chat": ${denied}${first}`,
  );
  assertEquals(describeGroveError(errorOf(403, denied + "x".repeat(3_000))).length, 600);
});

Deno.test("a webhook that does not respond is reported as Grove that does not respond", () => {
  const message = 'Internal error occurred: failed calling webhook "pcs": connection refused';
  assertEquals(
    describeGroveError(errorOf(500, message)),
    'Grove does not respond, so the operator cannot write PodCliqueSet "team/chat": ' +
      `check that the operator of Grove runs (${message})`,
  );
  const other = errorOf(500, message, "Service");
  assertEquals(describeGroveError(other), `Service "team/chat": ${message}`);
});
