// @ts-types="../types/std/assert.d.ts"
import { assertEquals, assertThrows } from "@std/assert";
import { type Addon, findAddons } from "./addons.ts";

const addon: Addon = () => Promise.resolve();

Deno.test("add-ons are found by name; the error for an unknown name lists the known names", () => {
  const available = new Map([["a", addon], ["b", addon]]);
  assertEquals(findAddons(["b", "a"], available), [addon, addon]);
  assertThrows(
    () => findAddons(["a", "c"], available),
    Error,
    `Cannot add "c" to the control plane`,
  );
  assertThrows(() => findAddons(["c"], available), Error, "supported in this version: a, b");
  assertThrows(() => findAddons(["lws"], new Map()), Error, "supported in this version: none");
});
