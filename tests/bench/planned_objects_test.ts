// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { plannedObjects } from "./planned_objects.ts";
import { CHILDREN_PER_GRAPH, sampleGraph } from "./sample_graph.ts";

Deno.test("a sample graph has twelve children; the graph's children precede the children of its components", () => {
  const kinds = plannedObjects(sampleGraph(7)).map(({ kind }) => kind);
  assertEquals(kinds.length, CHILDREN_PER_GRAPH);
  assertEquals(kinds, [
    ...["ServiceAccount", "Role", "RoleBinding"],
    ...["DynamoComponentDeployment", "DynamoComponentDeployment", "DynamoComponentDeployment"],
    ...["Deployment", "Service", "Deployment", "Service", "Deployment", "Service"],
  ]);
});
