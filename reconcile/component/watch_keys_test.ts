// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { KubeObject } from "../../kube/object.ts";
import { graphComponent } from "../testing/components.ts";
import {
  BY_MODEL_SERVICE,
  componentIndexes,
  componentsBeside,
  componentsOfChild,
  componentsOfModelService,
  componentsOfPaused,
} from "./watch_keys.ts";

const component = graphComponent({});
const { name, namespace = "", uid = "" } = component.metadata;
const key = `${namespace}/${name}`;
const stored = {
  get: (wanted: string) => wanted === key ? component : undefined,
  namespace: (wanted: string) => wanted === namespace ? [component] : [],
  byIndex: (_index: string, value: string) => value === "uid-of-graph" ? [component] : [],
};

function service(metadata: Partial<KubeObject["metadata"]>): KubeObject {
  return { apiVersion: "v1", kind: "Service", metadata: { name: "x", namespace, ...metadata } };
}

Deno.test("a child maps to its owners, a foreign object to the component of its name", () => {
  const ofChild = componentsOfChild(stored);
  const owner = { apiVersion: "nvidia.com/v1alpha1", kind: "DynamoComponentDeployment", name, uid };
  assertEquals(ofChild(service({ ownerReferences: [owner] })), [key]);
  assertEquals(ofChild(service({ name })), [key]);
});

Deno.test("an object without an owner and of another name maps to no component", () => {
  assertEquals(componentsOfChild(stored)(service({ name: "kubernetes" })), []);
});

Deno.test("a Service with the name of a model Service maps to all components of that model", () => {
  const serving = graphComponent({ modelRef: { name: "acme/model" } });
  const [serviceKey = ""] = componentIndexes[BY_MODEL_SERVICE](serving);
  const components = {
    byIndex: (index: string, value: string) =>
      index === BY_MODEL_SERVICE && value === serviceKey ? [serving] : [],
  };
  const ofModelService = componentsOfModelService(components);
  assertEquals(ofModelService(service({ name: serviceKey.replace(`${namespace}/`, "") })), [key]);
  assertEquals(ofModelService(service({ name: "kubernetes" })), []);
});

Deno.test("a pull Secret maps to all components of its namespace", () => {
  assertEquals(componentsBeside(stored)(service({})), [key]);
  assertEquals(componentsBeside(stored)(service({ namespace: "other" })), []);
});

Deno.test("a graph maps to its components only while it is paused", () => {
  const ofPaused = componentsOfPaused(stored, "owner");
  const graph = (annotations: Record<string, string>): KubeObject => ({
    apiVersion: "nvidia.com/v1alpha1",
    kind: "DynamoGraphDeployment",
    metadata: { name: "g", namespace, uid: "uid-of-graph", annotations },
  });
  assertEquals(ofPaused(graph({ "nvidia.com/paused": "true" })), [key]);
  assertEquals(ofPaused(graph({})), []);
});
