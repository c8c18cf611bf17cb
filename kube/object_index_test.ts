// @ts-types="../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { KubeObject } from "./object.ts";
import { createObjectIndex } from "./object_index.ts";

interface Thing extends KubeObject {
  owners: string[];
}

function thing(name: string, owners: string[]): Thing {
  return { apiVersion: "v1", kind: "Thing", metadata: { name, namespace: "a" }, owners };
}

Deno.test("an index finds an object by each of its values until the object is dropped", () => {
  const index = createObjectIndex<Thing>(({ owners }) => owners);
  const [one, two] = [thing("one", ["x", "y"]), thing("two", ["y"])];
  index.put(one);
  index.put(two);
  assertEquals([index.get("x"), index.get("y"), index.get("z")], [[one], [one, two], []]);
  index.drop(one);
  assertEquals([index.get("x"), index.get("y")], [[], [two]]);
});

Deno.test("an index omits an object that cannot be indexed, and finds the other objects", () => {
  const index = createObjectIndex<Thing>(({ owners }) => owners.map((owner) => owner));
  const malformed = { ...thing("bad", []), owners: 5 as unknown as string[] };
  const good = thing("good", ["x"]);
  for (const object of [malformed, good]) index.put(object);
  assertEquals(index.get("x"), [good]);
  index.drop(malformed);
  assertEquals(index.get("x"), [good]);
});
