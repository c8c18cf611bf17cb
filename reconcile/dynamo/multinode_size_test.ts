// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import type { ComponentSpec } from "../../crds/kinds/component_spec.ts";
import { PlanError } from "./problem.ts";
import { graph } from "../testing/graph_builder.ts";
import { GROVE, LWS } from "../testing/environments.ts";
import { planObjects } from "../testing/graph_objects.ts";
import { storedGraph } from "../testing/random_graph.ts";
import { checkMultinodeSize } from "./multinode_size.ts";

const LARGEST_INT32 = 2_147_483_647;

Deno.test("a service on several nodes has at most 1000 replicas with at most 1000 nodes", () => {
  checkMultinodeSize({ replicas: 1_000, multinode: { nodeCount: 1_000 } });
  checkMultinodeSize({ multinode: {} });
  checkMultinodeSize({ replicas: LARGEST_INT32 });
  const refused = (spec: ComponentSpec) => assertThrows(() => checkMultinodeSize(spec), PlanError);
  assertEquals(refused({ replicas: 1_001, multinode: {} }).field, "replicas");
  const { field, message } = refused({ multinode: { nodeCount: 1_001 } });
  assertEquals(field, "multinode.nodeCount");
  assertStringIncludes(message, "must be at most 1000 for a service on several nodes, got 1001");
});

for (const environment of [LWS, GROVE]) {
  Deno.test(`a graph with too many replicas is refused at once (${environment.name})`, () => {
    const huge = { replicas: LARGEST_INT32, multinode: { nodeCount: 2 } };
    const { plan } = planObjects(
      storedGraph(graph("chat").withWorker("Decode", huge).build()),
      environment,
    );
    assertEquals(plan.problems.map(({ field }) => field), ["spec.services[Decode].replicas"]);
  });
}
