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
  assertThrows(() => ownerReference(draft), Error, 'Cannot refer to Parent "p" as an owner');
});

Deno.test("a former child without a controller is an orphan, if its marks and labels are those of the plan", () => {
  const planned = child();
  planned.metadata.labels = { graph: "chat", component: "Decode" };
  const live = (metadata: Partial<KubeObject["metadata"]>): KubeObject => ({
    ...child(),
    metadata: { ...child().metadata, annotations: { "nvidia.com/plan-hash": "h" }, ...metadata },
  });
  const orphans = [
    live({ labels: { graph: "chat", component: "Decode", team: "red" } }),
    live({ labels: { graph: "chat" } }),
    live({ annotations: { "nvidia.com/last-applied-hash": "of the Go operator" } }),
    live({ ownerReferences: [ownerReference(parent)] }),
  ];
  for (const orphan of orphans) assertEquals(isOrphan(planned, orphan), true);
  const others = [
    live({ annotations: {} }),
    live({ labels: { graph: "another", component: "Decode" } }),
    live({ ownerReferences: [{ ...controllerReference(parent), uid: "uid-2" }] }),
  ];
  for (const other of others) assertEquals(isOrphan(planned, other), false);
});

Deno.test("the owner of an object is named", () => {
  assertEquals(describeOwner(child()), "it has no owner");
  assertEquals(describeOwner(child(controllerReference(parent))), 'its owner is Parent "p"');
});
