// @ts-types="../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { denoCommand } from "./deno_command.ts";

Deno.test("the command is npx if npx installed Deno", () => {
  const path = "/home/u/.npm/_npx/7a/node_modules/@deno/linux-x64-glibc/deno";
  assertEquals(denoCommand(path, "2.9.6"), ["npx", "-y", "deno@2.9.6"]);
  assertEquals(denoCommand("/usr/bin/deno", "2.9.6"), ["deno"]);
});
