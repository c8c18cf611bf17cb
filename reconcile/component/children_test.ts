// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { KubeObject, ObjectName } from "../../kube/object.ts";
import { graphComponent } from "../testing/components.ts";
import {
  BY_MODEL_SERVICE,
  componentIndexes,
  componentsOfChild,
  componentsOfNamespace,
  componentsOfPausedGraph,
  componentsOfService,
  componentsOfServiceUpdate,
} from "./children.ts";

const component = graphComponent({});
const { name, namespace = "", uid = "" } = component.metadata;
const key = `${namespace}/${name}`;
const stored = {
  get: (wanted: ObjectName) => wanted.name === name ? component : undefined,
  namespace: (wanted: string) => wanted === namespace ? [component] : [],
  byIndex: (): KubeObject[] => [],
  ownedBy: (uid: string | undefined) => uid === "uid-of-graph" ? [component] : [],
};

function service(metadata: Partial<KubeObject["metadata"]>): KubeObject {
  return { apiVersion: "v1", kind: "Service", metadata: { name: "x", namespace, ...metadata } };
}

Deno.test("a child affects each of its owners, a foreign object the component of its name", () => {
  const owner = { apiVersion: "nvidia.com/v1alpha1", kind: "DynamoComponentDeployment", name, uid };
  for (const affected of [componentsOfChild, componentsOfService]) {
    assertEquals(affected(service({ ownerReferences: [owner] }), stored), [key]);
    assertEquals(affected(service({ name }), stored), [key]);
  }
});

Deno.test("an unrelated object affects no component", () => {
  assertEquals(componentsOfChild(service({ name: "kubernetes" }), stored), []);
});

Deno.test("a Service with the name of a model Service affects all components that serve the model", () => {
  const serving = graphComponent({ modelRef: { name: "acme/model" } });
  const [modelService = ""] = componentIndexes[BY_MODEL_SERVICE](serving);
  const components = {
    ...stored,
    get: () => undefined,
    byIndex: (index: string, value: string) =>
      index === BY_MODEL_SERVICE && value === modelService ? [serving] : [],
  };
  const name = modelService.replace(`${namespace}/`, "");
  assertEquals(componentsOfService(service({ name }), components), [key]);
  assertEquals(componentsOfService(service({ name: "kubernetes" }), components), []);
});

Deno.test("a new owner of a model Service affects only components that are no owners yet", () => {
  const serving = (name: string) =>
    graphComponent({ modelRef: { name: "acme/model" } }, { name, uid: name });
  const all = ["a", "b"].map(serving);
  const components = { ...stored, get: () => undefined, byIndex: () => all };
  const [modelService = ""] = componentIndexes[BY_MODEL_SERVICE](serving("a"));
  const ownedBy = (owners: string[], metadata: Partial<KubeObject["metadata"]> = {}) =>
    service({
      name: modelService.replace(`${namespace}/`, ""),
      ownerReferences: owners.map((name) => ({
        apiVersion: "nvidia.com/v1alpha1",
        kind: "DynamoComponentDeployment",
        name,
        uid: name,
      })),
      ...metadata,
    });
  const affected = (now: KubeObject, before: KubeObject) => [
    ...new Set(componentsOfServiceUpdate(now, before, components)),
  ];
  const keys = ["a", "b"].map((name) => `${namespace}/${name}`);
  assertEquals(affected(ownedBy(["a", "b"]), ownedBy(["a"])), []);
  assertEquals(affected(ownedBy(["a"]), ownedBy(["a", "b"])), keys.slice(1));
  const relabelled = ownedBy(["a", "b"], { labels: { changed: "yes" } });
  assertEquals(affected(relabelled, ownedBy(["a", "b"])), keys);
});

Deno.test("a component that loses its Service as a child is affected", () => {
  const owner = { apiVersion: "nvidia.com/v1alpha1", kind: "DynamoComponentDeployment", name, uid };
  const controlled = service({ ownerReferences: [{ ...owner, controller: true }] });
  const released = service({});
  assertEquals(componentsOfServiceUpdate(released, controlled, stored), [key]);
});

Deno.test("a pull Secret affects all components of its namespace", () => {
  assertEquals(componentsOfNamespace(service({}), stored), [key]);
  assertEquals(componentsOfNamespace(service({ namespace: "other" }), stored), []);
});

Deno.test("a graph affects its components only while it is paused", () => {
  const graph = (annotations: Record<string, string>): KubeObject => ({
    apiVersion: "nvidia.com/v1alpha1",
    kind: "DynamoGraphDeployment",
    metadata: { name: "g", namespace, uid: "uid-of-graph", annotations },
  });
  assertEquals(componentsOfPausedGraph(graph({ "nvidia.com/paused": "true" }), stored), [key]);
  assertEquals(componentsOfPausedGraph(graph({}), stored), []);
});
