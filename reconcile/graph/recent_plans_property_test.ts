// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import type { ComponentSpec } from "../../crds/kinds/component_spec.ts";
import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import { createRecentValues } from "../../kube/recent_values.ts";
import type { KubeObject } from "../../kube/object.ts";
import { planHash } from "../apply/plan_hash.ts";
import type { Planned } from "../apply/planned.ts";
import { scalingAdapters } from "../dynamo/resources.ts";
import { DEPLOYMENT, ENVIRONMENTS, LWS } from "../testing/environments.ts";
import { planObjects } from "../testing/graph_objects.ts";
import { USUAL } from "../testing/graph_property.ts";
import { platformConfig } from "../testing/platform_config.ts";
import { randomGraphs, storedGraph } from "../testing/random_graph.ts";

const NAME = "chat";
const ROUTE = {
  enabled: true,
  host: "chat",
  useVirtualService: true,
  virtualServiceGateway: "public",
};
const WITHOUT_ISTIO = { ...DEPLOYMENT, lacksIstio: true };
const CONFIGS = ["nats://one:4222", "nats://other:4222"].map((natsAddr) =>
  platformConfig({ natsAddr, virtualServiceGateway: "istio-system/public" })
);

/** One reconciliation of the graph and its components. */
const step = fc.record({
  /** Index of the graph that exists in this step. The test uses two graphs with the same name. */
  graph: fc.nat(1),
  /** Change to the graph before the reconciliation. */
  change: fc.constantFrom("none", "label", "annotation", "restart", "replicas", "status"),
  /** Whether the objects of the previous step exist. */
  hasChildren: fc.boolean(),
  /** Replicas in the existing scaling adapters. */
  replicas: fc.nat(2),
  environment: fc.constantFrom(WITHOUT_ISTIO, ...ENVIRONMENTS),
  config: fc.constantFrom(...CONFIGS),
});

const graphs = randomGraphs(fc, { odd: USUAL, ...LWS.graphs })
  .map((graph) => storedGraph({ ...graph, metadata: { ...graph.metadata, name: NAME } }));

Deno.test("a plan with remembered results equals a plan without them, after any sequence of changes", () => {
  const steps = fc.array(step, { minLength: 2, maxLength: 8 });
  fc.assert(fc.property(fc.tuple(graphs, graphs), steps, (both, steps) => {
    const recent = createRecentValues({ timer: () => () => {} }, { maxValues: 10 });
    let children: readonly KubeObject[] = [];
    const [scaledGraph, routedGraph] = [
      withServices(both[0], { scalingAdapter: { enabled: true } }),
      withServices(both[1], { ingress: ROUTE }),
    ];
    for (const { graph: index, change, hasChildren, replicas, environment, config } of steps) {
      const graph = changed(structuredClone(index === 0 ? scaledGraph : routedGraph), change);
      const live = hasChildren ? children.map((child) => scaled(child, replicas)) : [];
      const fresh = planObjects(structuredClone(graph), environment, live, config);
      const remembered = planObjects(graph, environment, live, config, recent);
      assertEquals(remembered.plan, fresh.plan);
      assertEquals(remembered.planned, fresh.planned);
      assertEquals(remembered.stored, fresh.stored);
      assertEquals(hashes(remembered.planned), hashes(structuredClone(fresh.planned)));
      children = fresh.stored;
    }
  }));
});

function withServices(
  graph: DynamoGraphDeployment,
  fields: Partial<ComponentSpec>,
): DynamoGraphDeployment {
  const services = Object.entries(graph.spec.services ?? {})
    .map(([name, service]) => [name, { ...service, ...fields }]);
  return { ...graph, spec: { ...graph.spec, services: Object.fromEntries(services) } };
}

function hashes(planned: readonly Planned[]): string[] {
  return planned.map(planHash);
}

function scaled(child: KubeObject, replicas: number): KubeObject {
  return child.kind === scalingAdapters.kind
    ? { ...child, ...{ spec: { ...Object(child)["spec"], replicas } } }
    : child;
}

function changed(graph: DynamoGraphDeployment, change: string): DynamoGraphDeployment {
  const { metadata, spec } = graph;
  const { labels, annotations } = metadata;
  switch (change) {
    case "label":
      return { ...graph, metadata: { ...metadata, labels: { ...labels, team: "a" } } };
    case "annotation": {
      const discovery = { "nvidia.com/dynamo-discovery-backend": "etcd" };
      return { ...graph, metadata: { ...metadata, annotations: { ...annotations, ...discovery } } };
    }
    case "restart":
      return { ...graph, spec: { ...spec, restart: { id: "1" } } };
    case "replicas":
      return withServices(graph, { replicas: 2 });
    case "status":
      return { ...graph, metadata: { ...metadata, resourceVersion: "2" }, status: {} };
    default:
      return graph;
  }
}
