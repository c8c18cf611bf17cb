// @ts-types="../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
// @ts-types="../types/std/yaml.d.ts"
import { parse, parseAll } from "@std/yaml";
import type { DynamoGraphDeployment } from "../crds/kinds/graph.ts";
import { componentName } from "../reconcile/dynamo/names.ts";
import type { KubeObject } from "../kube/object.ts";
import { OPERATOR_MANIFESTS, OPERATOR_SERVICE_ACCOUNT, PROJECT } from "./names.ts";
import { SAMPLE } from "./sample.ts";

Deno.test("the names of the sample are those in its manifest", async () => {
  const text = await Deno.readTextFile(`${PROJECT}${SAMPLE.file}`);
  const { metadata, spec } = parse(text) as DynamoGraphDeployment;
  const { graph, scaled, removed } = SAMPLE;
  assertEquals(metadata.name, graph);
  assertEquals(spec.services?.[scaled.service]?.replicas, scaled.from);
  assertEquals(componentName(graph, scaled.service), scaled.component);
  assertEquals(spec.services?.[removed.service]?.componentType, "worker");
});

Deno.test("the manifests of the operator contain its ServiceAccount", async () => {
  const text = await Deno.readTextFile(`${PROJECT}${OPERATOR_MANIFESTS}`);
  const found = (parseAll(text) as KubeObject[]).find(({ kind }) => kind === "ServiceAccount");
  assertEquals(found?.metadata, OPERATOR_SERVICE_ACCOUNT);
});
