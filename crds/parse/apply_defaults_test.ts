// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { JsonSchema } from "../json_schema.ts";
import { applyDefaults } from "./apply_defaults.ts";

const schema: JsonSchema = {
  type: "object",
  properties: {
    mode: { type: "string", default: "usual" },
    nodes: {
      type: "object",
      properties: { count: { type: "integer", default: 2 }, name: { type: "string" } },
    },
    options: {
      type: "object",
      default: {},
      properties: { on: { type: "boolean", default: true } },
    },
  },
};

Deno.test("an omitted or null field gets its default, also inside a default", () => {
  const complete = { mode: "usual", options: { on: true } };
  assertEquals(applyDefaults({}, schema), complete);
  assertEquals(applyDefaults({ mode: null, nodes: null }, schema), complete);
});

Deno.test("an object that is present gets the defaults of its fields, and one that is absent stays absent", () => {
  assertEquals(applyDefaults({ nodes: {}, mode: "", options: { on: false } }, schema), {
    nodes: { count: 2 },
    mode: "",
    options: { on: false },
  });
});

Deno.test("defaults reach the items of lists and the values of maps", () => {
  const nested: JsonSchema = {
    properties: { list: { items: schema }, map: { additionalProperties: schema } },
  };
  const options = { on: true };
  assertEquals(
    applyDefaults({ list: [{ mode: "a" }], map: { x: { mode: "b" }, y: null } }, nested),
    {
      list: [{ mode: "a", options }],
      map: { x: { mode: "b", options } },
    },
  );
});

Deno.test("unknown fields stay, with their nulls", () => {
  assertEquals(applyDefaults({ other: { a: null }, mode: "a", options: {} }, schema), {
    other: { a: null },
    mode: "a",
    options: { on: true },
  });
});
