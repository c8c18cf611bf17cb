// @ts-types="../types/std/assert.d.ts"
import { assertEquals, assertThrows } from "@std/assert";
import { namespaces, services } from "./builtin.ts";
import { objectPath } from "./resource.ts";

Deno.test("a name is always one segment of a path", () => {
  const path = (name: string) => new URL(objectPath(services, { namespace: "ns", name }), "x://y");
  const inside = "/api/v1/namespaces/ns/services/";
  assertEquals(path("web").pathname, `${inside}web`);
  assertEquals(path("x?y#z").pathname, `${inside}x%3Fy%23z`);
  for (const name of [".", "..", "../../other/x", "%2e%2e"]) {
    assertThrows(() => path(name), Error, "is invalid");
  }
});

Deno.test("a missing name or namespace is refused, and so is a namespace for a cluster-scoped kind", () => {
  assertThrows(
    () => objectPath(services, { namespace: "ns", name: "" }),
    Error,
    "is empty",
  );
  assertThrows(() => objectPath(services, { name: "web" }), Error, "needs a namespace");
  assertThrows(
    () => objectPath(namespaces, { namespace: "ns", name: "a" }),
    Error,
    "cluster-scoped",
  );
});
