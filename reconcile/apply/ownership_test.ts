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

const GRAPH = "nvidia.com/dynamo-graph-deployment-name";
const COMPONENT = "nvidia.com/dynamo-component";
const DYNAMO_NAMESPACE = "nvidia.com/dynamo-namespace";
const APP = "app.kubernetes.io/name";
const MARK = { "nvidia.com/plan-hash": "h" };
const GO_MARK = { "nvidia.com/last-applied-hash": "h" };

/** Returns an object with these labels, which has the annotation of this operator by default. */
function marked(
  labels: Record<string, string>,
  { kind = "Service", annotations = MARK, ...metadata }:
    & { kind?: string; annotations?: Record<string, string> }
    & Partial<KubeObject["metadata"]> = {},
): KubeObject {
  return {
    apiVersion: "v1",
    kind,
    metadata: { name: "c", namespace: "ns", labels, annotations, ...metadata },
  };
}

Deno.test("a former child without a controller is an orphan, if it has an operator's annotation", () => {
  const labels = { [GRAPH]: "chat", [COMPONENT]: "Decode" };
  const planned = marked(labels);
  assertEquals(isOrphan(planned, marked(labels)), true);
  assertEquals(isOrphan(planned, marked(labels, { annotations: GO_MARK })), true);
  const ownerReferences = [ownerReference(parent)];
  assertEquals(isOrphan(planned, marked(labels, { ownerReferences })), true);
  assertEquals(isOrphan(planned, marked(labels, { annotations: {} })), false);
  const controlled = [{ ...controllerReference(parent), uid: "uid-2" }];
  assertEquals(isOrphan(planned, marked(labels, { ownerReferences: controlled })), false);
});

Deno.test("an orphan of the same graph and service is adopted if other labels have changed", () => {
  const labels = { [GRAPH]: "chat", [COMPONENT]: "Decode" };
  const planned = marked({ ...labels, [DYNAMO_NAMESPACE]: "new-chat", [APP]: "new", team: "red" });
  for (
    const others of [{}, { team: "blue" }, { [DYNAMO_NAMESPACE]: "old-chat" }, { [APP]: "old" }]
  ) {
    assertEquals(isOrphan(planned, marked({ ...labels, ...others })), true);
  }
});

Deno.test("an object of another graph or service, or without labels that name them, is not adopted", () => {
  const planned = marked({ [GRAPH]: "chat", [COMPONENT]: "Decode", team: "red" });
  const others: Record<string, string>[] = [
    { [GRAPH]: "another", [COMPONENT]: "Decode" },
    { [GRAPH]: "chat", [COMPONENT]: "Prefill" },
    { [GRAPH]: "chat" },
    { [COMPONENT]: "Decode" },
    { team: "red" },
    {},
  ];
  for (const labels of others) assertEquals(isOrphan(planned, marked(labels)), false);
});

Deno.test("a standalone component adopts its former children, but none of a graph", () => {
  const planned = marked({ team: "red" });
  assertEquals(isOrphan(planned, marked({ team: "blue" })), true);
  assertEquals(isOrphan(planned, marked({ [GRAPH]: "chat", [COMPONENT]: "Decode" })), false);
});

Deno.test("the app name identifies ServiceAccounts, Roles and RoleBindings", () => {
  for (const kind of ["ServiceAccount", "Role", "RoleBinding"]) {
    const planned = marked({ [APP]: "chat-discovery" }, { kind });
    assertEquals(isOrphan(planned, marked({ [APP]: "chat-discovery" }, { kind })), true);
    assertEquals(isOrphan(planned, marked({ [APP]: "other-discovery" }, { kind })), false);
    assertEquals(isOrphan(planned, marked({}, { kind })), false);
  }
});

Deno.test("an Ingress or VirtualService of the Go operator, which has no labels, is adopted", () => {
  for (const kind of ["Ingress", "VirtualService"]) {
    const planned = marked({ [GRAPH]: "chat", [COMPONENT]: "Frontend" }, { kind });
    assertEquals(isOrphan(planned, marked({}, { kind, annotations: GO_MARK })), true);
    assertEquals(isOrphan(planned, marked({}, { kind })), false);
    const other = marked({ [GRAPH]: "another" }, { kind, annotations: GO_MARK });
    assertEquals(isOrphan(planned, other), false);
  }
});

Deno.test("the owner of an object is named", () => {
  assertEquals(describeOwner(child()), "it has no owner");
  assertEquals(describeOwner(child(controllerReference(parent))), 'its owner is Parent "p"');
});
