// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertThrows } from "@std/assert";
import type { Conversion, CustomObject } from "../custom_object.ts";
import type { JsonSchema } from "../json_schema.ts";
import { customKinds } from "../emit/manifests.ts";
import { applyDefaults, parseManifest } from "./parse_manifest.ts";

function manifest(kind: string, spec: unknown, more: Record<string, unknown> = {}) {
  return { apiVersion: "nvidia.com/v1alpha1", kind, metadata: { name: "x" }, spec, ...more };
}

function specOf(object: unknown): unknown {
  return (parseManifest(object) as CustomObject & { spec: unknown }).spec;
}

Deno.test("YAML text is parsed to an object with the defaults of the CRD", () => {
  const text = `
apiVersion: nvidia.com/v1alpha1
kind: DynamoGraphDeployment
metadata:
  name: qwen
spec:
  services:
    Worker:
      multinode: {}
      scalingAdapter: {}
      volumeMounts:
      - name: cache
        mountPoint: /cache
      extraPodSpec:
        mainContainer:
          ports:
          - containerPort: 80
`;
  assertEquals(parseManifest(text), {
    apiVersion: "nvidia.com/v1alpha1",
    kind: "DynamoGraphDeployment",
    metadata: { name: "qwen" },
    spec: {
      services: {
        Worker: {
          multinode: { nodeCount: 2 },
          scalingAdapter: { enabled: false },
          volumeMounts: [{ name: "cache", mountPoint: "/cache", useAsCompilationCache: false }],
          extraPodSpec: { mainContainer: { ports: [{ containerPort: 80, protocol: "TCP" }] } },
        },
      },
    },
  } as unknown as CustomObject);
});

Deno.test("objects of the other kinds have the defaults of their CRDs as well", () => {
  const model = { modelName: "a", baseModelName: "b" };
  assertEquals(specOf(manifest("DynamoModel", model)), { ...model, modelType: "base" });
  const target = { tableName: "Orders", partitionValue: "t-1" };
  const apiVersion = "dynamoctl.dp.operators.sanjivmadhavan.io/v1alpha1";
  assertEquals(specOf(manifest("DdbctlDpJob", target, { apiVersion })), {
    ...target,
    maxConcurrency: 8,
    backoffLimit: 6,
  });
  const profilingConfig = { profilerImage: "p", config: { a: 1 }, configMapRef: { name: "c" } };
  const request = { model: "m", backend: "vllm", profilingConfig };
  assertEquals(specOf(manifest("DynamoGraphDeploymentRequest", request)), {
    ...request,
    profilingConfig: { ...profilingConfig, configMapRef: { name: "c", key: "disagg.yaml" } },
    useMocker: false,
    enableGpuDiscovery: false,
    autoApply: false,
  });
});

Deno.test("a status in a manifest is dropped, and a DynamoWorkerMetadata may omit its spec", () => {
  const { spec: _, ...object } = manifest("DynamoWorkerMetadata", undefined);
  assertEquals(parseManifest({ ...object, status: { a: 1 } }), object);
});

Deno.test("the error for an invalid manifest names every invalid field, its value and the remedy", () => {
  const services = { W: { replicas: -1, componentTyp: "worker" } };
  assertThrows(
    () => parseManifest(manifest("DynamoGraphDeployment", { services, backendFramework: "x" })),
    Error,
    'Cannot read DynamoGraphDeployment "x": ' +
      "spec.services.W.replicas is -1: give at least 0; " +
      "spec.services.W.componentTyp is an unknown field: remove it; " +
      'spec.backendFramework is "x": give one of "sglang", "vllm", "trtllm"',
  );
  assertThrows(
    () => parseManifest({ ...manifest("DynamoWorkerMetadata", undefined), metadata: {}, extra: 1 }),
    Error,
    'Cannot read DynamoWorkerMetadata "": metadata.name is required: set it; ' +
      "extra is an unknown field: remove it",
  );
  assertThrows(
    () => parseManifest({ ...manifest("DynamoModel", {}), spec: null }),
    Error,
    "spec is required: set it",
  );
});

Deno.test("the error for an unknown kind or version lists the known kinds and versions", () => {
  for (const other of [{ kind: "Deployment" }, { apiVersion: "nvidia.com/v2" }]) {
    assertThrows(
      () => parseManifest({ ...manifest("DynamoModel", {}), ...other }),
      Error,
      "give one of DynamoGraphDeployment of nvidia.com/v1alpha1, ",
    );
  }
  assertThrows(
    () => parseManifest("just text"),
    Error,
    'Cannot read manifest "just text": it is not an object',
  );
});

Deno.test("a manifest of another version is converted to the internal type", () => {
  const v2: Conversion = {
    toInternal: (object) => ({ ...object, apiVersion: "nvidia.com/v1alpha1" }),
    fromInternal: (object) => object,
  };
  const kinds = customKinds.map((kind) => ({
    ...kind,
    names: { ...kind.names, conversions: { v2 } },
    versions: kind.versions.flatMap((version) => [version, { ...version, name: "v2" }]),
  }));
  const object = manifest("DynamoWorkerMetadata", { data: {} }, { apiVersion: "nvidia.com/v2" });
  assertEquals(parseManifest(object, kinds).apiVersion, "nvidia.com/v1alpha1");
});

const schema: JsonSchema = {
  type: "object",
  properties: {
    mode: { type: "string", default: "usual" },
    nodes: {
      type: "object",
      properties: { count: { type: "integer", default: 2 }, name: { type: "string" } },
    },
    options: {
      type: "object",
      default: {},
      properties: { on: { type: "boolean", default: true } },
    },
  },
};

Deno.test("an omitted or null field gets its default value, also inside the default value of an object", () => {
  const complete = { mode: "usual", options: { on: true } };
  assertEquals(applyDefaults({}, schema), complete);
  assertEquals(applyDefaults({ mode: null, nodes: null }, schema), complete);
});

Deno.test("an object that is present gets the defaults of its fields, and an absent object stays absent", () => {
  assertEquals(applyDefaults({ nodes: {}, mode: "", options: { on: false } }, schema), {
    nodes: { count: 2 },
    mode: "",
    options: { on: false },
  });
});

Deno.test("defaults are applied to the items of lists and the values of maps", () => {
  const nested: JsonSchema = {
    properties: { list: { items: schema }, map: { additionalProperties: schema } },
  };
  const options = { on: true };
  assertEquals(
    applyDefaults({ list: [{ mode: "a" }], map: { x: { mode: "b" }, y: null } }, nested),
    {
      list: [{ mode: "a", options }],
      map: { x: { mode: "b", options } },
    },
  );
});

Deno.test("unknown fields are kept, including their null values", () => {
  assertEquals(applyDefaults({ other: { a: null }, mode: "a", options: {} }, schema), {
    other: { a: null },
    mode: "a",
    options: { on: true },
  });
});
