// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertThrows } from "@std/assert";
import { labelValue } from "../dynamo/names.ts";
import { PlanError } from "../dynamo/problem.ts";
import type { ServiceInput } from "../dynamo/service_input.ts";
import { podLabels } from "../pod/pod_template.ts";
import { graphService, soloService } from "../testing/components.ts";
import { platformConfig } from "../testing/platform_config.ts";
import { deployment } from "../workload/deployment.ts";
import { lws } from "../workload/lws.ts";
import { serviceManifest } from "./service.ts";

const config = platformConfig();

function selectorOf(service: ServiceInput): Record<string, string> {
  return serviceManifest(service, config, deployment).spec?.selector ?? {};
}

function selectsItsPods(service: ServiceInput): boolean {
  const labels = podLabels(service, service.labels);
  const selector = Object.entries(selectorOf(service));
  return selector.length > 0 && selector.every(([key, value]) => labels[key] === value);
}

Deno.test("a frontend exposes its HTTP port, any other type its status port", () => {
  const port = (componentType: string) =>
    serviceManifest(graphService({ componentType }), config, deployment).spec?.ports;
  assertEquals(port("frontend"), [
    { name: "http", port: 8000, targetPort: "http", protocol: "TCP" },
  ]);
  const status = [{ name: "system", port: 9090, targetPort: "system", protocol: "TCP" }];
  assertEquals(port("worker"), status);
  assertEquals(port("planner"), status);
});

Deno.test("a component of a graph is selected by type, Dynamo namespace and its own name", () => {
  assertEquals(selectorOf(graphService({})), {
    "nvidia.com/dynamo-component-type": "worker",
    "nvidia.com/dynamo-namespace": "ns-demo",
    "nvidia.com/dynamo-component": "Worker",
  });
});

Deno.test("a component without a type is selected without one", () => {
  assertEquals(selectorOf(graphService({ componentType: "" })), {
    "nvidia.com/dynamo-namespace": "ns-demo",
    "nvidia.com/dynamo-component": "Worker",
  });
});

Deno.test("a standalone component selects its own pods, with and without labels", () => {
  assertEquals(selectorOf(soloService({ componentType: "worker" })), {
    "nvidia.com/dynamo-component-type": "worker",
    "nvidia.com/selector": "solo",
  });
  const labels = { "nvidia.com/dynamo-namespace": "dyn" };
  assertEquals(selectorOf(soloService({ componentType: "worker", labels })), {
    "nvidia.com/dynamo-component-type": "worker",
    "nvidia.com/dynamo-namespace": "dyn",
  });
  assertEquals(selectsItsPods(soloService({})), true);
  assertEquals(selectsItsPods(soloService({ labels, dynamoNamespace: "other" })), true);
  for (const key of ["nvidia.com/dynamo-namespace", "nvidia.com/dynamo-component"]) {
    const metadata = { labels: { [key]: "x" } };
    assertEquals(
      selectsItsPods(soloService({ labels: { ...labels, [key]: "y" } }, metadata)),
      true,
    );
    assertEquals(selectsItsPods(soloService({}, metadata)), true);
  }
});

Deno.test("the selector uses pod labels as the user changed them", () => {
  const labels = { "nvidia.com/dynamo-component-type": "mine", "nvidia.com/dynamo-namespace": "x" };
  assertEquals(selectsItsPods(graphService({ extraPodMetadata: { labels } })), true);
});

Deno.test("a Dynamo namespace that is too long for a label is selected by its shortened value", () => {
  const dynamoNamespace = `${"n".repeat(60)}-demo`;
  const labels = { "nvidia.com/dynamo-namespace": labelValue(dynamoNamespace) };
  const service = soloService({ dynamoNamespace, labels });
  assertEquals(selectorOf(service), labels);
});

Deno.test("a Service carries the labels for discovery, except under etcd and partly for a frontend", () => {
  const discovery = (service: ServiceInput) => {
    const labels = serviceManifest(service, config, deployment).metadata.labels ?? {};
    return [
      labels["nvidia.com/dynamo-discovery-backend"],
      labels["nvidia.com/dynamo-discovery-enabled"],
    ];
  };
  assertEquals(discovery(graphService({})), ["kubernetes", "true"]);
  const frontend = graphService({ componentType: "frontend" });
  assertEquals(discovery(frontend), ["kubernetes", undefined]);
  const annotations = { "nvidia.com/dynamo-discovery-backend": "etcd" };
  assertEquals(discovery(graphService({ annotations })), [undefined, undefined]);
});

Deno.test("a component without a Dynamo namespace is refused", () => {
  const service = soloService({});
  delete service.spec.dynamoNamespace;
  const error = assertThrows(() => serviceManifest(service, config, deployment), PlanError, "solo");
  assertEquals(error.field, "dynamoNamespace");
});

Deno.test("of a multinode replica, only the leader is selected", () => {
  const multinode = { nodeCount: 2 };
  const selector = (service: ServiceInput) => serviceManifest(service, config, lws).spec?.selector;
  assertEquals(selector(graphService({ multinode })), {
    "nvidia.com/dynamo-component-type": "worker",
    "nvidia.com/dynamo-namespace": "ns-demo",
    "nvidia.com/dynamo-component": "Worker",
    role: "leader",
  });
});

Deno.test("a multinode component without the label of its Dynamo namespace is selected by its type", () => {
  const service = soloService({ componentType: "worker", multinode: { nodeCount: 2 } });
  assertEquals(serviceManifest(service, config, lws).spec?.selector, {
    "nvidia.com/dynamo-component-type": "worker",
    role: "leader",
  });
});
