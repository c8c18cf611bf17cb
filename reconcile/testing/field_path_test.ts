// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { JsonSchema } from "../../crds/json_schema.ts";
import { isFieldPath } from "./field_path.ts";

const text: JsonSchema = { type: "string" };
const schema: JsonSchema = {
  properties: {
    labels: { additionalProperties: text },
    envs: { items: { properties: { name: text, value: text } } },
  },
};
const object = { labels: { "a.b/c": "d", "x][y": "" }, envs: [{ name: "A" }] };

Deno.test("a path names fields, keys of maps, and items of lists by index or name", () => {
  const paths = ["labels", "labels[a.b/c]", "labels[x][y]", "envs[0]", "envs[0].value", "envs[A]"];
  assertEquals(paths.filter((path) => !isFieldPath(path, schema, object)), []);
});

Deno.test("a path must not name an unknown field, nor a key or item that the object lacks", () => {
  const paths = ["label", "labels.a", "labels[b]", "envs[1]", "envs[B].value", "envs.value", "[0]"];
  assertEquals(paths.filter((path) => isFieldPath(path, schema, object)), []);
});
