// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertNotEquals } from "@std/assert";
import { cacheKey } from "./cache_key.ts";
import type { GoModule } from "./go_module.ts";

const module: GoModule = {
  name: "hello",
  directory: "/anywhere",
  linkerFlags: "-s",
  programs: [{ name: "hello", package: ".", usualSeconds: 1 }],
};
const files = [{ name: "go.mod", content: "module hello" }, { name: "go.sum", content: "" }];
const go = { version: "go1.26.0", platform: "linux/amd64" };

Deno.test("the key does not depend on the order of files and the folder of the module", () => {
  const moved = { ...module, directory: "/elsewhere" };
  assertEquals(cacheKey(module, files, go), cacheKey(moved, files.toReversed(), go));
});

Deno.test("the key changes with pinned files, Go version, platform and flags", () => {
  const key = cacheKey(module, files, go);
  const pinned = [{ name: "go.mod", content: "module hello // v2" }, {
    name: "go.sum",
    content: "",
  }];
  assertNotEquals(cacheKey(module, pinned, go), key);
  assertNotEquals(cacheKey(module, files, { ...go, version: "go1.27.0" }), key);
  assertNotEquals(cacheKey(module, files, { ...go, platform: "linux/arm64" }), key);
  assertNotEquals(cacheKey({ ...module, linkerFlags: "" }, files, go), key);
});
