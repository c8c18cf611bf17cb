// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertThrows } from "@std/assert";
import { cacheDirectory } from "./cache_directory.ts";

Deno.test("the cache is in XDG_CACHE_HOME or in the home folder", () => {
  const from = (values: Record<string, string>) => cacheDirectory((name) => values[name]);
  assertEquals(from({ XDG_CACHE_HOME: "/c", HOME: "/h" }), "/c/dynamo-operator/devcluster");
  assertEquals(from({ HOME: "/h" }), "/h/.cache/dynamo-operator/devcluster");
  assertThrows(() => from({}), Error, "neither XDG_CACHE_HOME nor HOME is set");
});
