// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertThrows } from "@std/assert";
import type { KubeObject, OwnerReference } from "../../kube/object.ts";
import {
  controllerReference,
  describeOwner,
  isOrphan,
  ownerReference,
  ownership,
  withController,
} from "./ownership.ts";

const parent: KubeObject = {
  apiVersion: "example.com/v1alpha1",
  kind: "Parent",
  metadata: { name: "p", namespace: "ns", uid: "uid-1" },
};

function child(...ownerReferences: OwnerReference[]): KubeObject {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "c", namespace: "ns", ownerReferences },
  };
}

Deno.test("a name without an object is absent", () => {
  assertEquals(ownership(parent, undefined), "absent");
});

Deno.test("the UID of the controller alone makes an object owned", () => {
  assertEquals(ownership(parent, child(controllerReference(parent))), "owned");
  const renamed = { ...controllerReference(parent), name: "other" };
  assertEquals(ownership(parent, child(renamed)), "owned");
});

Deno.test("an object without a controller or with a plain owner reference is foreign", () => {
  assertEquals(ownership(parent, child()), "foreign");
  assertEquals(ownership(parent, child(ownerReference(parent))), "foreign");
});

Deno.test("the child of a deleted parent of the same name belongs to a predecessor", () => {
  const predecessor = { ...controllerReference(parent), uid: "uid-0" };
  assertEquals(ownership(parent, child(predecessor)), "predecessor");
  const older = { ...predecessor, apiVersion: "example.com/v1" };
  assertEquals(ownership(parent, child(older)), "predecessor");
});

Deno.test("the child of another parent is foreign", () => {
  const other = { ...controllerReference(parent), uid: "uid-2" };
  assertEquals(ownership(parent, child({ ...other, name: "q" })), "foreign");
  assertEquals(ownership(parent, child({ ...other, kind: "Job" })), "foreign");
  assertEquals(ownership(parent, child({ ...other, apiVersion: "v1" })), "foreign");
});

Deno.test("the controller reference replaces a plain reference to the parent", () => {
  const once = withController(child(ownerReference(parent)), parent);
  assertEquals(once.metadata.ownerReferences, [controllerReference(parent)]);
  assertEquals(withController(once, parent), once);
});

Deno.test("a parent that is not stored cannot be an owner", () => {
  const draft = { ...parent, metadata: { name: "p" } };
  assertThrows(() => ownerReference(draft), Error, 'Cannot set Parent "p" as an owner');
});

const OPERATOR = { "nvidia.com/plan-hash": "h" };
const GO_OPERATOR = { "nvidia.com/last-applied-hash": "h" };

Deno.test("a former child without a controller is an orphan, if it has an operator's annotation", () => {
  const isAdoptable = (
    annotations: Record<string, string>,
    owners: OwnerReference[] = [],
    isSame = true,
  ) => {
    const { metadata, ...live } = child(...owners);
    return isOrphan(child(), { ...live, metadata: { ...metadata, annotations } }, () => isSame);
  };
  assertEquals(isAdoptable(OPERATOR), true);
  assertEquals(isAdoptable(GO_OPERATOR), true);
  assertEquals(isAdoptable(OPERATOR, [ownerReference(parent)]), true);
  assertEquals(isAdoptable({}), false);
  assertEquals(isAdoptable(OPERATOR, [{ ...controllerReference(parent), uid: "uid-2" }]), false);
  assertEquals(isAdoptable(OPERATOR, [], false), false);
});

Deno.test("the owner of an object is named", () => {
  assertEquals(describeOwner(child()), "it has no owner");
  assertEquals(describeOwner(child(controllerReference(parent))), 'its owner is Parent "p"');
});
