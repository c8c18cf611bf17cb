// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { graphComponent, soloComponent } from "../testing/components.ts";
import { graphNameOf, graphOf } from "./gather.ts";

Deno.test("the graph of a component is the one that controls it", () => {
  assertEquals(graphOf(graphComponent({}))?.name, "demo");
  assertEquals(graphOf(soloComponent({})), undefined);
});

Deno.test("a component whose graph was deleted with --cascade=orphan keeps the name of the graph", () => {
  assertEquals(graphNameOf(graphComponent({})), "demo");
  for (const mark of ["nvidia.com/plan-hash", "nvidia.com/last-applied-hash"]) {
    const orphan = { ownerReferences: [], annotations: { [mark]: "x" } };
    assertEquals(graphNameOf(graphComponent({}, orphan)), "demo");
  }
  const labels = { "nvidia.com/dynamo-graph-deployment-name": "other" };
  assertEquals(graphNameOf(soloComponent({}, { labels })), "");
});

Deno.test("a component that a user creates with the labels of a graph is standalone", () => {
  assertEquals(graphNameOf(graphComponent({}, { ownerReferences: [] })), "");
});
