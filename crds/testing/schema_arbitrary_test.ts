// @ts-types="../../types/std/assert.d.ts"
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { customKinds } from "../emit/manifests.ts";
import { type JsonSchema, openApiSchema } from "../json_schema.ts";
import { applyDefaults } from "../parse/parse_manifest.ts";
import { schemaProblems } from "../parse/schema_problems.ts";
import { schemaArbitrary } from "./schema_arbitrary.ts";

Deno.test("the schemas of all kinds accept the generated values", async (t) => {
  for (const { names, versions } of customKinds) {
    await t.step(names.kind, () => {
      for (const { spec, status } of versions) {
        for (const schema of [spec, ...(status ? [status] : [])].map(openApiSchema)) {
          fc.assert(
            fc.property(schemaArbitrary(fc, schema), (value) => {
              assertEquals(schemaProblems(applyDefaults(value, schema), schema, ""), []);
            }),
            { numRuns: 30 },
          );
        }
      }
    });
  }
});

Deno.test("limits, patterns and keys of lists are met", () => {
  const item: JsonSchema = {
    type: "object",
    required: ["port"],
    properties: {
      port: { type: "integer", minimum: 1, maximum: 3 },
      protocol: { type: "string", default: "TCP", enum: ["TCP", "UDP"] },
    },
  };
  const schema: JsonSchema = {
    type: "object",
    required: ["code", "ports", "any"],
    properties: {
      code: { type: "string", pattern: "^[a-c]+$", minLength: 2, maxLength: 4 },
      ports: {
        type: "array",
        minItems: 1,
        maxItems: 2,
        items: item,
        "x-kubernetes-list-type": "map",
        "x-kubernetes-list-map-keys": ["port", "protocol"],
      },
      any: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
    },
  };
  fc.assert(fc.property(schemaArbitrary(fc, schema), (value) => {
    assertEquals(schemaProblems(applyDefaults(value, schema), schema, ""), []);
  }));
});

Deno.test("an optional field is absent in some values and present in others, a required one is always present", () => {
  const text: JsonSchema = { type: "string" };
  const schema: JsonSchema = {
    type: "object",
    required: ["given"],
    properties: { given: text, maybe: text },
  };
  const values = fc.sample(schemaArbitrary(fc, schema), 50) as Record<string, unknown>[];
  assert(values.every((value) => "given" in value));
  const counts = Object.groupBy(values, (value) => "maybe" in value ? "with" : "without");
  assertEquals(Object.keys(counts).sort(), ["with", "without"]);
});

Deno.test("a caller can replace the generator of a field by its path", () => {
  const schema: JsonSchema = {
    type: "object",
    properties: { list: { type: "array", minItems: 1, items: { type: "string" } } },
  };
  const options = {
    adjust: (path: string, derived: fc.Arbitrary<unknown>) =>
      path === "list.*" ? fc.constant("x") : derived,
    fieldsAt: () => 1,
  };
  const values = fc.sample(schemaArbitrary(fc, schema, options), 50) as { list?: string[] }[];
  const items = new Set(values.flatMap(({ list = [] }) => list));
  assertEquals([...items], ["x"]);
});
