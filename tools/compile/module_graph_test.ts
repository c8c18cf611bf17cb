// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { packageIds } from "./module_graph.ts";

Deno.test("a module graph names the imported packages of both registries once", () => {
  const modules = [
    { specifier: "file:///project/main.ts" },
    { specifier: "npm:/zod@4.6.7", npmPackage: "zod@4.6.7" },
    { specifier: "https://registry.example/@std/yaml/1.0.5/mod.ts" },
    { specifier: "https://registry.example/@std/yaml/1.0.5/parse.ts" },
    { specifier: "node:util" },
  ];
  assertEquals(packageIds({ modules }), ["jsr:@std/yaml@1.0.5", "zod@4.6.7"]);
});
