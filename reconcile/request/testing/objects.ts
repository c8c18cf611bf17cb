// @ts-types="../../../types/std/yaml.d.ts"
import { stringify } from "@std/yaml";
import type { DynamoGraphDeploymentRequest, RequestSpec } from "../../../crds/kinds/request.ts";
import type { ConfigMap, Job, Pod } from "../../../kube/builtin.ts";
import type { KubeObject } from "../../../kube/object.ts";
import { requests } from "../../dynamo/resources.ts";
import { GRAPH_KEY, MOCKER_KEY, OUTPUT_COPIER, outputName, PROFILER } from "../names.ts";

export const NOW = "2026-01-01T12:00:00Z";
export const REQUEST_UID = "0250a7a0-065d-4d71-b989-89ec707de9b0";

const FRONTEND = {
  componentType: "frontend",
  replicas: 1,
  extraPodSpec: { mainContainer: { image: "frontend:1" } },
};

type Change = Partial<Omit<RequestSpec, "profilingConfig">> & {
  profilingConfig?: Partial<RequestSpec["profilingConfig"]>;
};

export function requestObject(
  { profilingConfig, ...spec }: Change = {},
): DynamoGraphDeploymentRequest {
  return {
    apiVersion: requests.apiVersion,
    kind: requests.kind,
    metadata: {
      name: "sla",
      namespace: "team",
      uid: REQUEST_UID,
      generation: 1,
      resourceVersion: "1",
      creationTimestamp: "2026-01-01T11:00:00Z",
    },
    spec: {
      model: "acme/model",
      backend: "vllm",
      useMocker: false,
      enableGpuDiscovery: false,
      autoApply: true,
      profilingConfig: {
        profilerImage: "profiler:1",
        config: { sla: { ttft: 200 } },
        ...profilingConfig,
      },
      ...spec,
    },
  };
}

export function generatedGraph(name = "chat"): KubeObject & { spec: { services: unknown } } {
  return {
    apiVersion: "nvidia.com/v1alpha1",
    kind: "DynamoGraphDeployment",
    metadata: { name },
    spec: { services: { Frontend: FRONTEND } },
  };
}

/** Returns a ConfigMap that the profiler generates for the planner. */
export function plannerData(name = "planner-profile-data"): ConfigMap {
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name },
    data: { "prefill.json": '{"ttft":[1]}\n' },
  };
}

/** Returns the output ConfigMap as the pod of the Job stores it. */
export function outputOf(
  documents: readonly unknown[],
  mocker: readonly unknown[] = documents,
): ConfigMap {
  const text = (all: readonly unknown[]) => all.map((one) => stringify(one)).join("---\n");
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: {
      name: outputName("sla"),
      namespace: "team",
      labels: { "dgdr.nvidia.com/name": "sla", "nvidia.com/managed-by": "dynamo-operator" },
    },
    data: { [GRAPH_KEY]: text(documents), [MOCKER_KEY]: text(mocker) },
  };
}

export function ended(type: "Complete" | "Failed", message = ""): NonNullable<Job["status"]> {
  const conditions = [{ type, status: "True", message }];
  return { conditions };
}

export function podOf(
  job: KubeObject,
  states: { profiler?: unknown; copier?: unknown },
  metadata: Partial<KubeObject["metadata"]> = {},
): Pod {
  const containerStatuses = [[PROFILER, states.profiler], [OUTPUT_COPIER, states.copier]].map(
    ([name, state]) => ({ name, state, ready: false, image: "i", imageID: "i", restartCount: 0 }),
  );
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: "profile-sla-x",
      namespace: "team",
      uid: "pod-uid",
      labels: { "batch.kubernetes.io/job-name": job.metadata.name },
      ownerReferences: [{
        apiVersion: "batch/v1",
        kind: "Job",
        name: job.metadata.name,
        uid: job.metadata.uid ?? "",
        controller: true,
      }],
      ...metadata,
    },
    status: { phase: "Running", containerStatuses },
  } as Pod;
}

/** Returns the state of a container that ended `secondsAgo` seconds before {@linkcode NOW}. */
export function terminated(exitCode: number, secondsAgo: number, message = "") {
  const finishedAt = new Date(Date.parse(NOW) - secondsAgo * 1000).toISOString();
  return {
    terminated: { exitCode, reason: exitCode ? "Error" : "Completed", message, finishedAt },
  };
}

export const RUNNING = { running: { startedAt: "2026-01-01T11:30:00Z" } };
