// @ts-types="../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
// @ts-types="../types/std/yaml.d.ts"
import { parse } from "@std/yaml";
import type { DynamoGraphDeployment } from "../crds/kinds/graph.ts";
import { componentName } from "../reconcile/dynamo/names.ts";
import { SAMPLE } from "./sample.ts";

Deno.test("the story tells of the services that the sample really has", async () => {
  const text = await Deno.readTextFile(new URL(`../${SAMPLE.file}`, import.meta.url));
  const { metadata, spec } = parse(text) as DynamoGraphDeployment;
  assertEquals(metadata.name, SAMPLE.graph);
  const { scaled, removed } = SAMPLE;
  assertEquals(spec.services?.[scaled.service]?.replicas, scaled.from);
  assertEquals(spec.services?.[removed.service]?.componentType, "worker");
  for (const { service, component } of [scaled, removed]) {
    assertEquals(componentName(SAMPLE.graph, service), component);
  }
});
