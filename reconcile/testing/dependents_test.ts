// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { KubeObject } from "../../kube/object.ts";
import { withDependents } from "./dependents.ts";

function object(name: string, ...owners: string[]): KubeObject {
  const ownerReferences = owners.map((uid) => ({
    apiVersion: "v1",
    kind: "Secret",
    name: uid,
    uid,
  }));
  return { apiVersion: "v1", kind: "Secret", metadata: { name, uid: name, ownerReferences } };
}

Deno.test("an object is deleted after the last of its owners, and an object without owners stays", () => {
  const [a, b] = [object("a"), object("b")];
  const live = [object("c", "child"), object("child", "a"), object("shared", "a", "b"), a, b];
  const deleted = (...roots: KubeObject[]) =>
    withDependents(roots, live).map(({ metadata }) => metadata.name).sort();
  assertEquals(deleted(a), ["a", "c", "child"]);
  assertEquals(deleted(b), ["b"]);
  assertEquals(deleted(a, b), ["a", "b", "c", "child", "shared"]);
});
