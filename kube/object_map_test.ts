// @ts-types="../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { KubeObject } from "./object.ts";
import { createObjectMap } from "./object_map.ts";

function thing(name: string, namespace?: string): KubeObject {
  return { apiVersion: "v1", kind: "Thing", metadata: { name, ...(namespace && { namespace }) } };
}

Deno.test("an object is found by name, by key and by namespace until it is dropped", () => {
  const map = createObjectMap();
  const [first, second, other] = [thing("one", "a"), thing("two", "a"), thing("one", "b")];
  for (const object of [first, second, other]) map.put(object);
  assertEquals(map.get({ namespace: "a", name: "one" }), first);
  assertEquals([map.byKey("a/one"), map.byKey("b/one")], [first, other]);
  assertEquals([map.namespace("a"), map.namespace("c")], [[first, second], []]);
  assertEquals(map.list(), [first, second, other]);
  map.drop(first);
  map.drop(thing("absent", "c"));
  assertEquals([map.byKey("a/one"), map.list()], [undefined, [second, other]]);
  map.drop(second);
  assertEquals([map.hasNamespace("a"), map.hasNamespace("b")], [false, true]);
});

Deno.test("a cluster-scoped object is found by its name alone", () => {
  const map = createObjectMap();
  map.put(thing("node"));
  assertEquals(map.byKey("node"), thing("node"));
  assertEquals(map.get({ name: "node" }), thing("node"));
  assertEquals([map.byKey("a/node"), map.byKey("other")], [undefined, undefined]);
});

Deno.test("an object replaces the one with the same name", () => {
  const map = createObjectMap();
  map.put(thing("one", "a"));
  const newer = thing("one", "a");
  map.put(newer);
  assertEquals(map.list().length, 1);
  assertEquals(map.byKey("a/one") === newer, true);
});
