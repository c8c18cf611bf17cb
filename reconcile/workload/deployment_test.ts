// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertThrows } from "@std/assert";
import { PlanError } from "../dynamo/problem.ts";
import fc from "fast-check";
import type { Deployment } from "../../kube/builtin.ts";
import type { ServiceInput, ServiceSpec } from "../dynamo/service_input.ts";
import { graphService, soloService } from "../testing/components.ts";
import { platformConfig } from "../testing/platform_config.ts";
import { deployment } from "./deployment.ts";

function manifestOf(service: ServiceInput): Deployment {
  const [planned] = deployment.plan(service, platformConfig(), {
    pullSecrets: [],
    podAccounts: [],
  });
  return planned?.manifest as Deployment;
}

Deno.test("a Deployment has the name, labels and annotations of its service", () => {
  const service = graphService({
    annotations: { note: "x" },
    extraPodMetadata: { annotations: { pa: "v" }, labels: { pl: "v" } },
    modelRef: { name: "Qwen/Qwen3-0.6B" },
  });
  const { metadata } = manifestOf(service);
  assertEquals(metadata, {
    name: "demo-worker",
    namespace: "ns",
    labels: { ...service.labels, "nvidia.com/dynamo-base-model-hash": "fb68f5a6" },
    annotations: { note: "x", pa: "v", "nvidia.com/dynamo-base-model": "Qwen/Qwen3-0.6B" },
  });
});

Deno.test("a Deployment selects the pods of its template", () => {
  const service = soloService({}, { name: "s".repeat(70) });
  const { spec } = manifestOf(service);
  const { matchLabels = {} } = spec?.selector ?? {};
  const labels = spec?.template.metadata?.labels ?? {};
  assertEquals(Object.keys(matchLabels), ["nvidia.com/selector"]);
  for (const [key, value] of Object.entries(matchLabels)) assertEquals(labels[key], value);
});

Deno.test("replicas are always set, to 1 by default", () => {
  const replicas = (wanted?: number) =>
    manifestOf(soloService(wanted === undefined ? {} : { replicas: wanted })).spec?.replicas;
  assertEquals(replicas(), 1);
  assertEquals(replicas(0), 0);
  assertEquals(replicas(4), 4);
});

Deno.test("a service without labels and annotations passes none on", () => {
  const { metadata } = manifestOf(soloService({}));
  assertEquals(metadata, { name: "solo", namespace: "ns" });
});

Deno.test("the label in the selector of a Deployment cannot be changed", () => {
  const labels = { "nvidia.com/selector": "mine" };
  const service = soloService({ extraPodMetadata: { labels } });
  const error = assertThrows(() => manifestOf(service), PlanError);
  assertEquals(error.field, "extraPodMetadata.labels[nvidia.com/selector]");
});

Deno.test("replicas are those of the Deployment with the name of the component", () => {
  const { metadata, ...live } = manifestOf(soloService({}));
  const named = (name: string) => ({
    ...live,
    metadata: { ...metadata, name },
    status: { replicas: 3, readyReplicas: 1 },
  });
  assertEquals(deployment.replicas("solo", [named("solo-2")]), undefined);
  assertEquals(deployment.replicas("solo", [named("solo-2"), named("solo")]), {
    componentKind: "Deployment",
    componentName: "solo",
    replicas: 3,
    updatedReplicas: 0,
    readyReplicas: 1,
    availableReplicas: 0,
  });
});

const anySpec: fc.Arbitrary<ServiceSpec> = fc.record({
  componentType: fc.constantFrom("worker", "frontend"),
  backendFramework: fc.constantFrom("vllm", "sglang"),
  annotations: fc.constantFrom(
    {},
    { "nvidia.com/deployment-rolling-update-max-surge": "some" },
  ),
  resources: fc.constantFrom({}, { limits: { gpu: "two" } }, { requests: { cpu: "1" } }),
  volumeMounts: fc.constantFrom([], [{ name: "a" }], [{ name: "a", useAsCompilationCache: true }]),
  extraPodMetadata: fc.constantFrom({}, { labels: { "nvidia.com/selector": "mine" } }),
  extraPodSpec: fc.constantFrom({}, {
    mainContainer: { command: ["python3"], args: ["-m", "dynamo.vllm"] },
  }),
}, { requiredKeys: [] });

Deno.test("a check refuses the same services as a plan, with the same field", () => {
  fc.assert(fc.property(anySpec, (spec) => {
    const service = soloService(spec);
    assertEquals(
      fieldAtFault(() => deployment.check(service)),
      fieldAtFault(() => manifestOf(service)),
    );
  }));
});

function fieldAtFault(work: () => unknown): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    if (error instanceof PlanError) return error.field;
    throw error;
  }
}
