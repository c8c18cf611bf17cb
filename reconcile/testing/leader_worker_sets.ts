import type { V1Condition } from "@kubernetes/client-node";
import type { LeaderWorkerSet } from "../../kube/optional_kinds.ts";
import { leaderWorkerSets, podGroups } from "../../kube/optional_kinds.ts";
import type { KubeObject } from "../../kube/object.ts";
import { completed } from "../apply/decide.ts";
import { observedFrom } from "../apply/observed.ts";
import type { Planned } from "../apply/planned.ts";
import type { ServiceSpec } from "../dynamo/service_input.ts";
import type { WorkloadObserved } from "../workload/workload.ts";
import { soloComponent } from "./components.ts";

/** Spec of a service that runs each replica on two nodes. */
export const MULTINODE: ServiceSpec = {
  componentType: "worker",
  multinode: { nodeCount: 2 },
  resources: { limits: { gpu: "4" } },
  extraPodSpec: {
    mainContainer: {
      image: "image:1",
      command: ["python3", "-m", "dynamo.vllm"],
      args: ["--tensor-parallel-size", "8"],
    },
  },
};

/** Returns the state of a namespace with these objects, in a cluster with LeaderWorkerSets. */
export function lwsObserved(
  live: readonly KubeObject[] = [],
  { volcano = false, parentUid = "uid-solo" } = {},
): WorkloadObserved & ReturnType<typeof observedFrom> {
  return {
    ...observedFrom(live, parentUid, [leaderWorkerSets, ...(volcano ? [podGroups] : [])]),
    pullSecrets: [],
    podServiceAccounts: [],
    hasServiceAccount: () => true,
  };
}

/** Returns a planned LeaderWorkerSet of the component `solo` as the API server stores it. Its groups are ready. */
export function runningLws(planned: Planned, parent = soloComponent({})): LeaderWorkerSet {
  const manifest = completed({ parent, planned, live: undefined }) as LeaderWorkerSet;
  const { metadata } = manifest;
  return {
    ...structuredClone(manifest),
    metadata: { ...metadata, uid: `uid-${metadata.name}`, generation: 1 },
    status: READY,
  };
}

/** Status of a LeaderWorkerSet whose only group is ready. */
export const READY: NonNullable<LeaderWorkerSet["status"]> = {
  replicas: 1,
  readyReplicas: 1,
  updatedReplicas: 1,
  conditions: [condition("Available", "True")],
};

export function condition(type: string, status: "True" | "False"): V1Condition {
  const lastTransitionTime = "2026-01-01T00:00:00Z" as unknown as Date;
  return { type, status, reason: type, message: "", lastTransitionTime };
}
