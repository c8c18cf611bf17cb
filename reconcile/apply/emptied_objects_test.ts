// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { KubeObject } from "../../kube/object.ts";
import { withoutEmptied } from "./emptied_objects.ts";
import { PLAN_HASH } from "./plan_hash.ts";

function custom(spec: unknown, kind = "Custom"): KubeObject {
  const apiVersion = kind === "Custom" ? "example.com/v1" : "apps/v1";
  const annotations = { [PLAN_HASH]: "h" };
  return { apiVersion, kind, metadata: { name: "a", annotations }, spec } as KubeObject;
}

function firstStep(planned: unknown, live: unknown) {
  const step = withoutEmptied(custom(planned), custom(live));
  assertEquals(step?.metadata.annotations, step && {});
  return (step as { spec?: unknown } | undefined)?.spec;
}

Deno.test("a plan that empties no object needs no prior apply", () => {
  assertEquals(firstStep({ a: { b: 1 }, c: {}, d: {} }, { a: { b: 2, e: 1 }, c: {} }), undefined);
  assertEquals(firstStep({ a: [{ name: "x", v: {} }] }, { a: [{ name: "x", v: {} }] }), undefined);
});

Deno.test("an object to be emptied is left out first, with parents that only contain it", () => {
  assertEquals(firstStep({ a: {}, z: 1 }, { a: { b: 1 } }), { z: 1 });
  assertEquals(firstStep({ a: { limits: {} }, z: 1 }, { a: { limits: { cpu: 1 } } }), { z: 1 });
});

Deno.test("in lists an object to be emptied is left out of every item that may match", () => {
  assertEquals(
    firstStep(
      { volumes: [{ name: "v", emptyDir: {} }] },
      { volumes: [{ name: "u", secret: { secretName: "s" } }, { name: "v", emptyDir: { a: 1 } }] },
    ),
    { volumes: [{ name: "v" }] },
  );
});

Deno.test("built-in kinds need no prior apply", () => {
  const [planned, live] = [{ a: {} }, { a: { b: 1 } }].map((spec) => custom(spec, "Deployment"));
  assertEquals(planned && live && withoutEmptied(planned, live), undefined);
});
