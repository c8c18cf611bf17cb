// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { javaVersion } from "./java.ts";

Deno.test("the major version is parsed from the output of old and new versions of Java", () => {
  assertEquals(javaVersion('openjdk version "17.0.15" 2025-04-15\nOpenJDK Runtime'), 17);
  assertEquals(javaVersion('openjdk version "21" 2023-09-19'), 21);
  assertEquals(javaVersion('java version "1.8.0_402"'), 8);
  assertEquals(javaVersion("no such thing"), undefined);
});
