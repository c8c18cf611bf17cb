// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertThrows } from "@std/assert";
import { podSpecSchema, schemaAt } from "./pod_spec_schema.ts";

Deno.test("the steps of a schema path are properties, list items and map values", () => {
  assertEquals(schemaAt(podSpecSchema, ["containers", "*", "env", "*", "name"]).type, "string");
  assertEquals(schemaAt(podSpecSchema, ["nodeSelector", "*"]).type, "string");
});

Deno.test("the error for a schema path names the step that does not exist", () => {
  assertThrows(
    () => schemaAt(podSpecSchema, ["containers", "*", "enw"]),
    Error,
    'Cannot find "containers.*.enw" in the schema: "enw" does not exist',
  );
});
