import type { V1DeploymentStatus, V1Probe } from "@kubernetes/client-node";
// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import type { Deployment } from "../../kube/builtin.ts";
import { PlanError } from "../dynamo/problem.ts";
import type { ServiceInput, ServiceSpec } from "../dynamo/service_input.ts";
import { graphService, soloService } from "../testing/components.ts";
import { componentObserved } from "../testing/observed.ts";
import { platformConfig } from "../testing/platform_config.ts";
import { deployment, deploymentStrategy, whyNotRolledOut } from "./deployment.ts";

function manifestOf(service: ServiceInput): Deployment {
  const [planned] = deployment.plan(service, platformConfig(), componentObserved());
  return planned?.manifest as Deployment;
}

function usersMetadata({ metadata }: Deployment) {
  const { "nvidia.com/pod-template-inputs": inputs, ...annotations } = metadata.annotations ?? {};
  assertEquals(typeof inputs, "string");
  return { ...metadata, annotations };
}

Deno.test("a Deployment has the name, labels and annotations of its service", () => {
  const service = graphService({
    annotations: { note: "x" },
    extraPodMetadata: { annotations: { pa: "v" }, labels: { pl: "v" } },
    modelRef: { name: "Qwen/Qwen3-0.6B" },
  });
  assertEquals(usersMetadata(manifestOf(service)), {
    name: "demo-worker",
    namespace: "ns",
    labels: { ...service.spec.labels, "nvidia.com/dynamo-base-model-hash": "fb68f5a6" },
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

Deno.test("a pause of the Deployment counts as drift", () => {
  assertEquals(manifestOf(soloService({})).spec?.paused, false);
});

function deadlineOf(spec: ServiceSpec): number | undefined {
  return manifestOf(soloService(spec)).spec?.progressDeadlineSeconds;
}

Deno.test("the deadline of a rollout follows from the startup probe", () => {
  const handler = { tcpSocket: { port: 1 } };
  const probed = (startup: V1Probe, readiness: V1Probe = {}) => {
    const startupProbe = { ...handler, ...startup };
    const readinessProbe = { ...handler, ...readiness };
    return deadlineOf({ extraPodSpec: { mainContainer: { startupProbe, readinessProbe } } });
  };
  assertEquals(deadlineOf({ componentType: "planner" }), 600);
  assertEquals(deadlineOf({ componentType: "worker" }), 600 + 720 * 10);
  assertEquals(probed({ initialDelaySeconds: 60, periodSeconds: 30, failureThreshold: 100 }), 3660);
  assertEquals(probed({}, { initialDelaySeconds: 900 }), 600 + 30 + 900);
  assertEquals(probed({ failureThreshold: 2_147_483_647 }), 2_147_483_647);
});

Deno.test("a frontend has the time of a worker, because it is ready only after its workers", () => {
  assertEquals(deadlineOf({ componentType: "frontend" }), deadlineOf({ componentType: "worker" }));
});

Deno.test("only an exceeded deadline stalls a rollout", () => {
  assertEquals(stalled({}), true);
  assertEquals(stalled({ reason: "FailedCreate" }), false);
  assertEquals(stalled({ status: "True", reason: "ReplicaSetUpdated" }), false);
});

Deno.test("the deadline of an earlier generation does not stall the correction", () => {
  assertEquals(stalled({ observedGeneration: 1 }), false);
});

Deno.test("a deadline that was shorter when it was exceeded does not stall a rollout", () => {
  assertEquals(stalled({ unavailableSeconds: 660 }), false);
  assertEquals(stalled({ unavailableSeconds: DEADLINE_SECONDS - 61 }), false);
  assertEquals(stalled({ unavailableSeconds: DEADLINE_SECONDS - 60 }), true);
});

const DEADLINE_SECONDS = 7_800;

function stalled({
  status = "False",
  reason = "ProgressDeadlineExceeded",
  observedGeneration = 2,
  unavailableSeconds = DEADLINE_SECONDS,
}) {
  const { metadata, spec, ...manifest } = manifestOf(soloService({}));
  const conditions = [{ type: "Progressing", status, reason }];
  return deployment.hasStalled?.(
    {
      ...manifest,
      metadata: { ...metadata, generation: 2 },
      spec: { selector: {}, template: {}, ...spec, progressDeadlineSeconds: DEADLINE_SECONDS },
      status: { observedGeneration, conditions },
    },
    unavailableSeconds * 1_000,
    1,
  );
}

Deno.test("a service without labels and annotations passes none on", () => {
  const metadata = usersMetadata(manifestOf(soloService({})));
  assertEquals(metadata, { name: "solo", namespace: "ns", annotations: {} });
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

const available = { type: "Available", status: "True" };
const rolledOut: V1DeploymentStatus = {
  observedGeneration: 2,
  replicas: 3,
  updatedReplicas: 3,
  readyReplicas: 3,
  availableReplicas: 3,
  conditions: [available],
};

function why(status: V1DeploymentStatus, spec: Partial<Deployment["spec"]> = {}) {
  return whyNotRolledOut({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "d", generation: 2 },
    spec: { replicas: 3, selector: {}, template: {}, ...spec },
    status: { ...rolledOut, ...status },
  });
}

Deno.test("a Deployment is rolled out if all replicas run its newest generation", () => {
  assertEquals(why({}), undefined);
});

Deno.test("zero replicas are rolled out when no replica is left", () => {
  const none = { replicas: 0, updatedReplicas: 0, readyReplicas: 0, availableReplicas: 0 };
  assertEquals(why(none, { replicas: 0 }), undefined);
  assertEquals(why({}, { replicas: 0 }), "surplus replicas: 3");
});

Deno.test("a generation that its controller has not observed is not rolled out", () => {
  assertEquals(why({ observedGeneration: 1 }), "its newest generation is not observed yet");
});

Deno.test("counts show the progress of a rollout, including old replicas", () => {
  assertEquals(
    why({ replicas: 4, updatedReplicas: 2, availableReplicas: 2 }),
    "2 of 3 replicas updated, old replicas left: 2, 2 of 3 replicas available",
  );
  assertEquals(why({ replicas: 4 }), "old replicas left: 1");
});

Deno.test("failures to create pods and a rollout without progress are quoted", () => {
  const conditions = [
    { type: "ReplicaFailure", status: "True", reason: "FailedCreate", message: "quota exceeded" },
    {
      type: "Progressing",
      status: "False",
      reason: "ProgressDeadlineExceeded",
      message: "timed out",
    },
  ];
  assertEquals(
    why({ availableReplicas: 2, conditions }),
    "2 of 3 replicas available, FailedCreate: quota exceeded, ProgressDeadlineExceeded: timed out",
  );
});

Deno.test("the Deployment's own condition Available counts", () => {
  const conditions = [{ ...available, status: "False", reason: "Minimum", message: "too few" }];
  assertEquals(why({ conditions }), "Minimum: too few");
  assertEquals(why({ conditions: [] }), "its Available condition is not reported yet");
});

Deno.test("a paused Deployment is not rolled out", () => {
  assertEquals(why({}, { paused: true }), "it is paused");
});

const STRATEGY = "nvidia.com/deployment-strategy";
const SURGE = "nvidia.com/deployment-rolling-update-max-surge";
const UNAVAILABLE = "nvidia.com/deployment-rolling-update-max-unavailable";

function strategy(annotations: Record<string, string>) {
  return deploymentStrategy({ annotations });
}

function rolling(maxSurge: number | string, maxUnavailable: number | string) {
  return { type: "RollingUpdate", rollingUpdate: { maxSurge, maxUnavailable } };
}

Deno.test("pods are replaced a quarter at a time by default", () => {
  assertEquals(deploymentStrategy({}), rolling("25%", "25%"));
  assertEquals(strategy({ [STRATEGY]: "RollingUpdate" }), rolling("25%", "25%"));
  assertEquals(strategy({ [STRATEGY]: "Sometimes" }), rolling("25%", "25%"));
});

Deno.test("Recreate ignores the shares", () => {
  assertEquals(strategy({ [STRATEGY]: "Recreate", [SURGE]: "50%" }), { type: "Recreate" });
});

Deno.test("surge and unavailable are set separately, as counts or percentages", () => {
  assertEquals(strategy({ [SURGE]: "50%" }), rolling("50%", "25%"));
  assertEquals(strategy({ [UNAVAILABLE]: "10%" }), rolling("25%", "10%"));
  assertEquals(strategy({ [SURGE]: "1", [UNAVAILABLE]: "0" }), rolling(1, 0));
});

Deno.test("annotations of the pods win over those of the component", () => {
  const spec = {
    annotations: { [SURGE]: "1" },
    extraPodMetadata: { annotations: { [SURGE]: "2" } },
  };
  assertEquals(deploymentStrategy(spec), rolling(2, "25%"));
});

Deno.test("a value that is neither a count nor a percentage is refused with its field", () => {
  const error = assertThrows(() => strategy({ [SURGE]: "some" }), PlanError, '"some"');
  assertEquals(error.field, `annotations[${SURGE}]`);
});
