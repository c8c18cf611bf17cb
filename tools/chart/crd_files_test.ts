// @ts-types="../../types/std/assert.d.ts"
import { assert, assertEquals, assertThrows } from "@std/assert";
// @ts-types="../../types/std/yaml.d.ts"
import { parse } from "@std/yaml";
import { crdManifests } from "../../crds/emit/manifests.ts";
import { generateCrdFiles } from "./crd_files.ts";

Deno.test("the templates of the chart equal the manifests", () => {
  const parsed: unknown[] = [...generateCrdFiles().values()].map((text) => parse(text));
  const manifests: unknown[] = JSON.parse(JSON.stringify(crdManifests()));
  assertEquals(parsed, manifests);
});

Deno.test("the chart has one template for each kind, with the name of its resource", () => {
  assertEquals([...generateCrdFiles().keys()], [
    "chart/crds/templates/nvidia.com_dynamographdeployments.yaml",
    "chart/crds/templates/nvidia.com_dynamocomponentdeployments.yaml",
    "chart/crds/templates/nvidia.com_dynamographdeploymentrequests.yaml",
    "chart/crds/templates/nvidia.com_dynamographdeploymentscalingadapters.yaml",
    "chart/crds/templates/nvidia.com_dynamomodels.yaml",
    "chart/crds/templates/nvidia.com_dynamoworkermetadatas.yaml",
    "chart/crds/templates/dynamoctl.dp.operators.sanjivmadhavan.io_ddbctldpjobs.yaml",
  ]);
});

Deno.test("a description that Helm would evaluate is an error", () => {
  const [graph] = crdManifests();
  assert(graph);
  const version = graph.spec.versions[0];
  assert(version);
  version.schema.openAPIV3Schema.description = "Written as {{ name }}.";
  assertThrows(
    () => generateCrdFiles([graph]),
    Error,
    'Cannot write "chart/crds/templates/nvidia.com_dynamographdeployments.yaml"',
  );
});
