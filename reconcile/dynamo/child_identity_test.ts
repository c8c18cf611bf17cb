// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { KubeObject } from "../../kube/object.ts";
import { hasSameIdentity } from "./child_identity.ts";

const GRAPH = "nvidia.com/dynamo-graph-deployment-name";
const COMPONENT = "nvidia.com/dynamo-component";
const DYNAMO_NAMESPACE = "nvidia.com/dynamo-namespace";
const APP = "app.kubernetes.io/name";
const MARK = { "nvidia.com/plan-hash": "h" };
const GO_MARK = { "nvidia.com/last-applied-hash": "h" };

/** Returns an object with these labels. By default, it also has the plan hash annotation of this operator. */
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

Deno.test("an orphan of the same graph and service is adopted if other labels have changed", () => {
  const labels = { [GRAPH]: "chat", [COMPONENT]: "Decode" };
  const planned = marked({ ...labels, [DYNAMO_NAMESPACE]: "new-chat", [APP]: "new", team: "red" });
  for (
    const others of [{}, { team: "blue" }, { [DYNAMO_NAMESPACE]: "old-chat" }, { [APP]: "old" }]
  ) {
    assertEquals(hasSameIdentity(planned, marked({ ...labels, ...others })), true);
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
  for (const labels of others) assertEquals(hasSameIdentity(planned, marked(labels)), false);
});

Deno.test("a standalone component adopts its former children, but none of a graph", () => {
  const planned = marked({ team: "red" });
  assertEquals(hasSameIdentity(planned, marked({ team: "blue" })), true);
  assertEquals(hasSameIdentity(planned, marked({ [GRAPH]: "chat", [COMPONENT]: "Decode" })), false);
});

Deno.test("the app name identifies ServiceAccounts, Roles and RoleBindings", () => {
  for (const kind of ["ServiceAccount", "Role", "RoleBinding"]) {
    const planned = marked({ [APP]: "chat-discovery" }, { kind });
    assertEquals(hasSameIdentity(planned, marked({ [APP]: "chat-discovery" }, { kind })), true);
    assertEquals(hasSameIdentity(planned, marked({ [APP]: "other-discovery" }, { kind })), false);
    assertEquals(hasSameIdentity(planned, marked({}, { kind })), false);
  }
});

Deno.test("an Ingress or VirtualService of the Go operator, which has no labels, is adopted", () => {
  for (const kind of ["Ingress", "VirtualService"]) {
    const planned = marked({ [GRAPH]: "chat", [COMPONENT]: "Frontend" }, { kind });
    assertEquals(hasSameIdentity(planned, marked({}, { kind, annotations: GO_MARK })), true);
    assertEquals(hasSameIdentity(planned, marked({}, { kind })), false);
    const other = marked({ [GRAPH]: "another" }, { kind, annotations: GO_MARK });
    assertEquals(hasSameIdentity(planned, other), false);
  }
});
