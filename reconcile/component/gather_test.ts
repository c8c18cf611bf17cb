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
  assertEquals(graphNameOf(graphComponent({}, { ownerReferences: [] })), "demo");
  const labels = { "nvidia.com/dynamo-graph-deployment-name": "other" };
  assertEquals(graphNameOf(soloComponent({}, { labels })), "");
});
