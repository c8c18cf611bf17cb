// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertStringIncludes } from "@std/assert";
import type { DynamoGraphDeploymentRequest } from "../../crds/kinds/request.ts";
import { parseManifest } from "../../crds/parse/parse_manifest.ts";
import { requestObject } from "./testing/objects.ts";
import { requestProblems, type ValidationInput } from "./validate.ts";

type Change = Parameters<typeof requestObject>[0];

const VALID: ValidationInput = {
  namespaceScoped: false,
  baseGraph: undefined,
  graphAccess: "allowed",
};

function problemsOf(change: Change, input: Partial<ValidationInput> = {}) {
  return requestProblems(requestObject(change), { ...VALID, ...input });
}

function fieldsOf(change: Change, input: Partial<ValidationInput> = {}) {
  return problemsOf(change, input).map(({ field }) => field);
}

Deno.test("a complete request has no problem", () => {
  const deploymentOverrides = {
    name: "chat",
    namespace: "prod",
    labels: { team: "a" },
    annotations: { "example.com/note": "any text" },
  };
  assertEquals(problemsOf({ deploymentOverrides, enableGpuDiscovery: true }), []);
});

Deno.test("the example is valid", async () => {
  const file = new URL("../../examples/profiling-request.yaml", import.meta.url);
  const example = parseManifest(await Deno.readTextFile(file)) as DynamoGraphDeploymentRequest;
  const metadata = { ...example.metadata, namespace: "team" };
  assertEquals(requestProblems({ ...example, metadata }, VALID), []);
});

Deno.test("each wrong value is reported with its field", () => {
  const overrides = "spec.deploymentOverrides";
  assertEquals(fieldsOf({ profilingConfig: { profilerImage: "", config: {} } }), [
    "spec.profilingConfig.profilerImage",
    "spec.profilingConfig.config",
  ]);
  assertEquals(fieldsOf({ profilingConfig: { outputPVC: "A" } }), [
    "spec.profilingConfig.outputPVC",
  ]);
  assertEquals(
    fieldsOf({
      deploymentOverrides: {
        name: "Chat",
        namespace: "a.b",
        labels: { team: "a b" },
        annotations: { "a/b/c": "" },
      },
    }),
    [
      `${overrides}.labels[team]`,
      `${overrides}.annotations[a/b/c]`,
      `${overrides}.name`,
      `${overrides}.namespace`,
    ],
  );
});

Deno.test("the base graph must exist and have the key", () => {
  const metadata = { name: "base" };
  const baseGraph = { apiVersion: "v1", kind: "ConfigMap", metadata, data: { "disagg.yaml": "" } };
  const path = "spec.profilingConfig.configMapRef";
  const profilingConfig = { configMapRef: metadata };
  assertEquals(fieldsOf({ profilingConfig }, { baseGraph }), []);
  assertEquals(fieldsOf({ profilingConfig }), [`${path}.name`]);
  const otherKey = { configMapRef: { ...metadata, key: "agg.yaml" } };
  assertEquals(fieldsOf({ profilingConfig: otherKey }, { baseGraph }), [`${path}.key`]);
  assertEquals(fieldsOf({ profilingConfig: { configMapRef: { name: "A" } } }), [`${path}.name`]);
});

Deno.test("a namespace-scoped operator reads no nodes and writes to no other namespace", () => {
  const scoped = { namespaceScoped: true };
  assertEquals(fieldsOf({ enableGpuDiscovery: true }, scoped), ["spec.enableGpuDiscovery"]);
  const [gpu] = problemsOf({ enableGpuDiscovery: true }, scoped);
  assertStringIncludes(gpu?.message ?? "", "hardware.num_gpus_per_node");
  const namespace = "spec.deploymentOverrides.namespace";
  assertEquals(fieldsOf({ deploymentOverrides: { namespace: "prod" } }, scoped), [namespace]);
  assertEquals(fieldsOf({ deploymentOverrides: { namespace: "team" } }, scoped), []);
});

Deno.test("names that the profiling pod cannot use are refused before it runs", () => {
  const named = (name: string, namespace = "team") => {
    const request = requestObject();
    const metadata = { ...request.metadata, name, namespace };
    return requestProblems({ ...request, metadata }, VALID).map(({ field }) => field);
  };
  assertEquals(named("a".repeat(55)), []);
  assertEquals(named("a".repeat(56)), ["metadata.name"]);
  assertEquals(named("123"), ["metadata.name"]);
  assertEquals(named("sla", "true"), ["metadata.namespace"]);
});
