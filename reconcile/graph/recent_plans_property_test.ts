// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import { createRecentValues } from "../../kube/recent_values.ts";
import type { KubeObject } from "../../kube/object.ts";
import { planHash } from "../apply/plan_hash.ts";
import type { Planned } from "../apply/planned.ts";
import { ENVIRONMENTS, LWS } from "../testing/environments.ts";
import { planObjects } from "../testing/graph_objects.ts";
import { USUAL } from "../testing/graph_property.ts";
import { platformConfig } from "../testing/platform_config.ts";
import { randomGraphs, storedGraph } from "../testing/random_graph.ts";

const NAME = "chat";
const CONFIGS = [platformConfig(), platformConfig({ natsAddr: "nats://other:4222" })];

/** One reconciliation of the graph and its components. */
const step = fc.record({
  /** Which of the graphs of the same name exists. */
  graph: fc.nat(1),
  /** A change of that graph in addition to its spec. */
  change: fc.constantFrom("none", "label", "annotation", "restart", "replicas", "status"),
  /** Whether the objects of the step before exist. */
  hasChildren: fc.boolean(),
  environment: fc.constantFrom(...ENVIRONMENTS),
  config: fc.constantFrom(...CONFIGS),
});

const graphs = randomGraphs(fc, { odd: USUAL, ...LWS.graphs })
  .map((graph) => storedGraph({ ...graph, metadata: { ...graph.metadata, name: NAME } }));

Deno.test("a plan with remembered results equals a plan without them, after any sequence of changes", () => {
  const steps = fc.array(step, { minLength: 2, maxLength: 8 });
  fc.assert(fc.property(fc.tuple(graphs, graphs), steps, (both, steps) => {
    const recent = createRecentValues({ timer: () => () => {} }, { maxValues: 10 });
    let children: readonly KubeObject[] = [];
    for (const { graph: index, change, hasChildren, environment, config } of steps) {
      const graph = changed(structuredClone(both[index] ?? both[0]), change);
      const live = hasChildren ? children : [];
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

function hashes(planned: readonly Planned[]): string[] {
  return planned.map(planHash);
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
    case "replicas": {
      const services = Object.entries(spec.services ?? {})
        .map(([name, service]) => [name, { ...service, replicas: 2 }]);
      return { ...graph, spec: { ...spec, services: Object.fromEntries(services) } };
    }
    case "status":
      return { ...graph, metadata: { ...metadata, resourceVersion: "2" }, status: {} };
    default:
      return graph;
  }
}
