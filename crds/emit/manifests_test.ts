// @ts-types="../../types/std/assert.d.ts"
import { assert, assertEquals } from "@std/assert";
import type { JsonSchema } from "../json_schema.ts";
import { type CrdManifest, crdManifest, crdManifests } from "./manifests.ts";
import { AGE, type KindVersion } from "../custom_kind.ts";
import { dynamoModelNames } from "../names.ts";
import { z } from "zod";

/**
 * Maximum size of a CRD. `kubectl apply` copies the CRD into an annotation. All annotations of an object together may
 * have up to 262,144 bytes.
 */
const MAX_BYTES = 240_000;

function rootOf(manifest: CrdManifest): JsonSchema {
  const [version] = manifest.spec.versions;
  assert(version, `${manifest.metadata.name} lacks a version`);
  return version.schema.openAPIV3Schema;
}

Deno.test("the manifests contain all seven kinds, always in the same order", () => {
  assertEquals(crdManifests().map(({ metadata }) => metadata.name), [
    "dynamographdeployments.nvidia.com",
    "dynamocomponentdeployments.nvidia.com",
    "dynamographdeploymentrequests.nvidia.com",
    "dynamographdeploymentscalingadapters.nvidia.com",
    "dynamomodels.nvidia.com",
    "dynamoworkermetadatas.nvidia.com",
    "ddbctldpjobs.dynamoctl.dp.operators.sanjivmadhavan.io",
  ]);
});

Deno.test("every manifest is small enough for client-side apply", () => {
  for (const manifest of crdManifests()) {
    const bytes = new TextEncoder().encode(JSON.stringify(manifest)).length;
    assert(bytes < MAX_BYTES, `${manifest.metadata.name} has ${bytes} bytes`);
  }
});

Deno.test("every field has a description that ends with a full stop", () => {
  const bad: string[] = [];
  function walk(schema: JsonSchema, path: string): void {
    for (const [name, property] of Object.entries(schema.properties ?? {})) {
      const here = `${path}.${name}`;
      // The API server adds the description of `metadata`, and refuses a CRD that describes this field.
      if (/^[A-Za-z]+\.metadata$/.test(here)) continue;
      if (!property.description?.trim()) bad.push(here);
      // Descriptions of Kubernetes' own types may lack a final full stop, because the generator copies them unchanged.
      const fromCore = /\.(extraPodSpec\..*|(liveness|readiness)Probe\..*|envs\..*|claims\..*)/;
      const ours = !fromCore.test(here) && !/profilingConfig\.(resources|tolerations)\./.test(here);
      if (ours && !property.description?.endsWith(".")) bad.push(here);
      walk(property, here);
    }
    if (schema.items !== undefined) walk(schema.items, path);
    if (schema.additionalProperties !== undefined) walk(schema.additionalProperties, path);
  }
  for (const manifest of crdManifests()) {
    const root = rootOf(manifest);
    assert(root.description, `${manifest.metadata.name} lacks a description`);
    walk(root, manifest.spec.names.kind);
  }
  assertEquals(bad, []);
});

Deno.test("rules for the whole object compare it with the stored object, so that they do not block writes of its status", () => {
  for (const manifest of crdManifests()) {
    const rules = rootOf(manifest)["x-kubernetes-validations"] ?? [];
    assert(Array.isArray(rules));
    for (const rule of rules) {
      assertEquals(rule.optionalOldSelf, true, `${manifest.metadata.name}: ${rule.rule}`);
      assert(rule.rule.includes("oldSelf"), `${manifest.metadata.name}: ${rule.rule}`);
    }
  }
});

Deno.test("kinds with a status have the status subresource, and scaling adapters also have the scale subresource", () => {
  const subresources = crdManifests().map(({ spec }) => [
    spec.names.kind,
    Object.keys(spec.versions[0]?.subresources ?? {}),
  ]);
  assertEquals(Object.fromEntries(subresources), {
    DynamoGraphDeployment: ["status"],
    DynamoComponentDeployment: ["status"],
    DynamoGraphDeploymentRequest: ["status"],
    DynamoGraphDeploymentScalingAdapter: ["status", "scale"],
    DynamoModel: ["status"],
    DynamoWorkerMetadata: [],
    DdbctlDpJob: ["status"],
  });
});

Deno.test("Helm keeps the CRDs on uninstall, and every kind is in the category dynamo", () => {
  for (const { metadata, spec } of crdManifests()) {
    assertEquals(metadata.annotations["helm.sh/resource-policy"], "keep");
    assertEquals(spec.names.categories, ["dynamo"]);
    assertEquals(spec.names.shortNames?.length, 1);
  }
});

function version(name: string, more: Partial<KindVersion>): KindVersion {
  const spec = z.object({ [name]: z.string() });
  return { name, served: true, storage: false, description: name, spec, columns: [], ...more };
}

Deno.test("every version of a kind is emitted with its own schema, columns and subresources", () => {
  const { spec } = crdManifest({
    names: dynamoModelNames,
    shortNames: ["dm"],
    versions: [
      version("v1alpha1", { storage: true, status: z.object({}), columns: [AGE] }),
      version("v1beta1", { served: false }),
    ],
  });
  const facts = spec.versions.map(({ schema, additionalPrinterColumns, ...rest }) => ({
    ...rest,
    columns: additionalPrinterColumns.length,
    spec: Object.keys(schema.openAPIV3Schema.properties?.["spec"]?.properties ?? {}),
  }));
  assertEquals(facts, [
    {
      name: "v1alpha1",
      served: true,
      storage: true,
      subresources: { status: {} },
      columns: 1,
      spec: ["v1alpha1"],
    },
    { name: "v1beta1", served: false, storage: false, columns: 0, spec: ["v1beta1"] },
  ]);
});
