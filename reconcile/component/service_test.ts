// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertThrows } from "@std/assert";
import { labelValue } from "../dynamo/label_value.ts";
import { PlanError } from "../dynamo/plan_error.ts";
import { podLabels } from "../pod/pod_template.ts";
import { bareConfig, graphComponent, soloComponent } from "../testing/components.ts";
import { serviceManifest } from "./service.ts";

type Component = ReturnType<typeof soloComponent>;

function selectorOf(component: Component): Record<string, string> {
  return serviceManifest(component, bareConfig).spec?.selector ?? {};
}

function selectsItsPods(component: Component): boolean {
  const labels = podLabels(component);
  const selector = Object.entries(selectorOf(component));
  return selector.length > 0 && selector.every(([key, value]) => labels[key] === value);
}

Deno.test("a frontend serves HTTP, anything else its status", () => {
  const port = (componentType: string) =>
    serviceManifest(graphComponent({ componentType }), bareConfig).spec?.ports;
  assertEquals(port("frontend"), [
    { name: "http", port: 8000, targetPort: "http", protocol: "TCP" },
  ]);
  const status = [{ name: "system", port: 9090, targetPort: "system", protocol: "TCP" }];
  assertEquals(port("worker"), status);
  assertEquals(port("planner"), status);
});

Deno.test("a component of a graph is selected by type, logical namespace and its own name", () => {
  assertEquals(selectorOf(graphComponent({})), {
    "nvidia.com/dynamo-component-type": "worker",
    "nvidia.com/dynamo-namespace": "ns-demo",
    "nvidia.com/dynamo-component": "Worker",
  });
});

Deno.test("a component without a type is selected without one", () => {
  assertEquals(selectorOf(graphComponent({ componentType: "" })), {
    "nvidia.com/dynamo-namespace": "ns-demo",
    "nvidia.com/dynamo-component": "Worker",
  });
});

Deno.test("a component on its own selects its own pods, with and without labels", () => {
  assertEquals(selectorOf(soloComponent({ componentType: "worker" })), {
    "nvidia.com/dynamo-component-type": "worker",
    "nvidia.com/selector": "solo",
  });
  const labels = { "nvidia.com/dynamo-namespace": "dyn" };
  assertEquals(selectorOf(soloComponent({ componentType: "worker", labels })), {
    "nvidia.com/dynamo-component-type": "worker",
    "nvidia.com/dynamo-namespace": "dyn",
  });
  assertEquals(selectsItsPods(soloComponent({})), true);
  assertEquals(selectsItsPods(soloComponent({ labels, dynamoNamespace: "other" })), true);
});

Deno.test("labels of the pods that the user changed are selected as they are", () => {
  const labels = { "nvidia.com/dynamo-component-type": "mine", "nvidia.com/dynamo-namespace": "x" };
  assertEquals(selectsItsPods(graphComponent({ extraPodMetadata: { labels } })), true);
});

Deno.test("a logical namespace that is too long for a label is selected by its short form", () => {
  const dynamoNamespace = `${"n".repeat(60)}-demo`;
  const labels = { "nvidia.com/dynamo-namespace": labelValue(dynamoNamespace) };
  const component = soloComponent({ dynamoNamespace, labels });
  assertEquals(selectorOf(component), labels);
});

Deno.test("peers find a Service by labels, but not that of a frontend and not under etcd", () => {
  const discovery = (component: Component) => {
    const labels = serviceManifest(component, bareConfig).metadata.labels ?? {};
    return [
      labels["nvidia.com/dynamo-discovery-backend"],
      labels["nvidia.com/dynamo-discovery-enabled"],
    ];
  };
  assertEquals(discovery(graphComponent({})), ["kubernetes", "true"]);
  const frontend = graphComponent({ componentType: "frontend" });
  assertEquals(discovery(frontend), ["kubernetes", undefined]);
  const annotations = { "nvidia.com/dynamo-discovery-backend": "etcd" };
  assertEquals(discovery(graphComponent({ annotations })), [undefined, undefined]);
});

Deno.test("a component without a logical namespace is refused", () => {
  const component = soloComponent({});
  delete component.spec.dynamoNamespace;
  const error = assertThrows(() => serviceManifest(component, bareConfig), PlanError, "solo");
  assertEquals(error.field, "dynamoNamespace");
});
