// @ts-types="../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import config from "../deno.json" with { type: "json" };
import { MEMORY_ENV, V8_FLAGS } from "./memory.ts";

Deno.test("`deno task start` uses the memory settings of the image", () => {
  const words = config.tasks.start.split(" ");
  const variables = words.slice(0, words.indexOf("deno"));
  assertEquals(variables, Object.entries(MEMORY_ENV).map(([name, value]) => `${name}=${value}`));
  const flags = words.filter((word) => word.startsWith("--v8-flags="));
  assertEquals(flags, [`--v8-flags=${V8_FLAGS}`]);
});
