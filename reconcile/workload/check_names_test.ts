// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertThrows } from "@std/assert";
import type { ComponentSpec } from "../../crds/kinds/component_spec.ts";
import { PlanError } from "../dynamo/problem.ts";
import { checkNames } from "./check_names.ts";

const TOO_LONG = "x".repeat(64);
const REFUSED: [field: string, spec: ComponentSpec][] = [
  ["volumeMounts[1].name", { volumeMounts: [{ name: "a" }, { name: "B" }] }],
  ["extraPodSpec.serviceAccountName", { extraPodSpec: { serviceAccountName: "My SA" } }],
  ["envFromSecret", { envFromSecret: "my_secret" }],
  ["ingress.tls.secretName", {
    ingress: { enabled: true, ingressControllerClassName: "nginx", tls: { secretName: "a/b" } },
  }],
  ["componentType", { componentType: "a worker" }],
  ["subComponentType", { subComponentType: "-prefill" }],
];

for (const [field, spec] of REFUSED) {
  Deno.test(`a name that no object can have is refused in ${field}`, () => {
    assertEquals(assertThrows(() => checkNames(spec), PlanError).field, field);
  });
}

Deno.test("names are accepted up to their maximum length, and a long type because its label is shortened", () => {
  checkNames({
    componentType: TOO_LONG,
    envFromSecret: "a.b-c".repeat(50),
    volumeMounts: [{ name: "models.cache.v1" }],
    ingress: { enabled: false, tls: { secretName: "Not Used" } },
  });
  checkNames({ ingress: { enabled: true, tls: { secretName: "No Class" } } });
});
