// @ts-types="../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { readShapes } from "./shape_file.ts";

Deno.test("a named type is replaced by its shape wherever it occurs", () => {
  const shapes = readShapes({
    types: { Outer: { fields: { list: { each: { type: "Inner" } } } }, Inner: { atomic: true } },
    kinds: { "v1/Kind": { fields: { a: { type: "Outer" }, b: { type: "Inner" } } } },
  });
  assertEquals(shapes.get("v1/Kind"), {
    fields: { a: { fields: { list: { each: { atomic: true } } } }, b: { atomic: true } },
  });
});

Deno.test("facts are added to the shape of a type or kind, and replace facts of the same name", () => {
  const file = {
    types: { Amounts: { fields: { limits: { each: { quantity: "exact" as const } } } } },
    kinds: { "v1/Kind": { fields: { spec: { type: "Amounts" } } } },
  };
  const shapes = readShapes(file, {
    Amounts: { emptyCounts: true, fields: { limits: { each: { quantity: "milli" } } } },
    "v1/Kind": { fields: { type: { zeroMeansDefault: true } } },
  });
  assertEquals(shapes.get("v1/Kind"), {
    fields: {
      spec: { emptyCounts: true, fields: { limits: { each: { quantity: "milli" } } } },
      type: { zeroMeansDefault: true },
    },
  });
});
