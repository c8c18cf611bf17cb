// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { JsonSchema } from "../json_schema.ts";
import { schemaProblems } from "./schema_problems.ts";

function problems(value: unknown, schema: JsonSchema): string[] {
  return schemaProblems(value, schema, "spec.x");
}

Deno.test("the error for a value of a wrong type names the accepted types", () => {
  assertEquals(problems("1", { type: "integer" }), [
    'spec.x is "1": give a value of type integer',
  ]);
  assertEquals(problems(1.5, { type: "integer" }).length, 1);
  assertEquals(problems(1.5, { type: "number" }), []);
  assertEquals(problems([], { type: "object" }), ["spec.x is []: give a value of type object"]);
  assertEquals(problems(null, { type: "string" }).length, 1);
  const quantity: JsonSchema = { "x-kubernetes-int-or-string": true, maxLength: 3 };
  assertEquals([1, "1Gi"].flatMap((value) => problems(value, quantity)), []);
  assertEquals(problems(true, quantity), [
    "spec.x is true: give a value of type integer or string",
  ]);
});

Deno.test("the error for a value outside its limits names the limit", () => {
  assertEquals(problems(-1, { minimum: 0, maximum: 9 }), ["spec.x is -1: give at least 0"]);
  assertEquals(problems(10, { minimum: 0, maximum: 9 }), ["spec.x is 10: give at most 9"]);
  assertEquals(problems("", { minLength: 1 }), ['spec.x is "": give at least 1 character']);
  assertEquals(problems("é", { maxLength: 1 }), []);
  assertEquals(problems([1, 2], { maxItems: 1 }), ["spec.x is [1,2]: give at most 1 item"]);
  assertEquals(problems({}, { minProperties: 1 }), ["spec.x is {}: give at least 1 key"]);
  assertEquals(problems("A b", { pattern: "^[a-z]*$" }), [
    'spec.x is "A b": give a value that matches ^[a-z]*$',
  ]);
  assertEquals(problems("c", { enum: ["a", "b"] }), ['spec.x is "c": give one of "a", "b"']);
});

Deno.test("the errors for absent and unknown fields contain the path of the field", () => {
  const item: JsonSchema = {
    type: "object",
    required: ["name"],
    properties: { name: { type: "string" }, secretName: { type: "string" } },
  };
  assertEquals(problems([{ name: "a" }, { SecretName: "b", other: 1 }], { items: item }), [
    "spec.x[1].name is required: set it",
    'spec.x[1].SecretName is an unknown field: write "secretName"',
    "spec.x[1].other is an unknown field: remove it",
  ]);
  assertEquals(problems({ any: 1 }, { "x-kubernetes-preserve-unknown-fields": true }), []);
});

Deno.test("two items of a keyed list with the same key are refused", () => {
  const schema: JsonSchema = {
    type: "array",
    items: { "x-kubernetes-preserve-unknown-fields": true },
    "x-kubernetes-list-type": "map",
    "x-kubernetes-list-map-keys": ["port", "protocol"],
  };
  const port = (protocol: string) => ({ port: 1, protocol });
  assertEquals(problems([port("TCP"), port("UDP"), port("TCP")], schema), [
    'spec.x[2] repeats port and protocol 1,"TCP": remove one of them',
  ]);
});
