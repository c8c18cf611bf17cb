// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { granted } from "./permission_set.ts";

Deno.test("a permission set grants all permissions of a kind, some of them or none", () => {
  assertEquals(granted({ net: true }, "net"), true);
  assertEquals(granted({ net: false }, "net"), []);
  assertEquals(granted({}, "net"), []);
  assertEquals(granted({ read: ["/a"] }, "read"), ["/a"]);
  assertEquals(granted({ env: { allow: ["A"], ignore: true } }, "env"), ["A"]);
  assertEquals(granted({ import: { deny: true } }, "import"), []);
});
