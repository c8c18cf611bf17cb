// @ts-types="../types/std/assert.d.ts"
import { assertEquals, assertThrows } from "@std/assert";
import { namespaces, services } from "./builtin.ts";
import { objectPath } from "./paths.ts";

Deno.test("a name is one segment of a path, whatever is in it", () => {
  const path = (name: string) => new URL(objectPath(services, { namespace: "ns", name }), "x://y");
  const inside = "/api/v1/namespaces/ns/services/";
  assertEquals(path("web").pathname, `${inside}web`);
  assertEquals(path("x?y#z").pathname, `${inside}x%3Fy%23z`);
  for (const name of [".", "..", "../../other/x", "%2e%2e"]) {
    assertThrows(() => path(name), Error, "no object has such a name");
  }
});

Deno.test("a path without a name or namespace where there must be one, or with one too many, is refused", () => {
  assertThrows(() => objectPath(services, { namespace: "ns", name: "" }), Error, "without a name");
  assertThrows(() => objectPath(services, { name: "web" }), Error, "needs a namespace");
  assertThrows(() => objectPath(namespaces, { namespace: "ns", name: "a" }), Error, "has no");
});
