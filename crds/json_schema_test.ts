// @ts-types="../types/std/assert.d.ts"
import { assertEquals, assertThrows } from "@std/assert";
import { z } from "zod";
import { count } from "./fields/basic_types.ts";
import { openApiSchema } from "./json_schema.ts";
import { rules } from "./fields/rules.ts";

Deno.test("fields with a default are optional, other fields are required unless they are declared optional", () => {
  const schema = openApiSchema(z.object({
    given: z.string(),
    either: z.boolean().optional(),
    usual: z.enum(["a", "b"]).default("a"),
  }));
  assertEquals(schema, {
    type: "object",
    required: ["given"],
    properties: {
      given: { type: "string" },
      either: { type: "boolean" },
      usual: { type: "string", enum: ["a", "b"], default: "a" },
    },
  });
});

Deno.test("optional() and describe() keep the descriptions, limits and rules of a schema", () => {
  const rule = { rule: "self != ''", message: "must not be empty" };
  const schema = openApiSchema(z.object({
    name: z.string().meta({ maxLength: 5, ...rules(rule) }).describe("A name.").optional(),
  }));
  assertEquals(schema.properties?.["name"], {
    type: "string",
    maxLength: 5,
    description: "A name.",
    "x-kubernetes-validations": [rule],
  });
});

Deno.test("a schema of count() has both limits of an int32, because the API server ignores the format", () => {
  assertEquals(openApiSchema(count("A count.", 2)), {
    type: "integer",
    format: "int32",
    minimum: 2,
    maximum: 2147483647,
    description: "A count.",
  });
});

Deno.test("the schema of a map describes only the values of the map", () => {
  assertEquals(openApiSchema(z.record(z.string(), z.string())), {
    type: "object",
    additionalProperties: { type: "string" },
  });
});

Deno.test("a schema that contains itself is an error", () => {
  const tree = z.object({
    get children() {
      return z.array(tree);
    },
  });
  assertThrows(() => openApiSchema(tree), Error, "Cycle detected");
});
