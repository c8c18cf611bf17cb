// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { granted } from "./permission_set.ts";

Deno.test("a set grants a kind as a whole, in parts or not at all", () => {
  assertEquals(granted({ net: true }, "net"), true);
  assertEquals(granted({ net: false }, "net"), []);
  assertEquals(granted({}, "net"), []);
  assertEquals(granted({ read: ["/a"] }, "read"), ["/a"]);
  assertEquals(granted({ env: { allow: ["A"], ignore: true } }, "env"), ["A"]);
  assertEquals(granted({ import: { deny: true } }, "import"), []);
});
