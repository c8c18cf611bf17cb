import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import type { KubeObject } from "../../kube/object.ts";
import {
  type PodClique,
  podCliques,
  type PodCliqueScalingGroup,
  podCliqueScalingGroups,
  type PodCliqueSet,
} from "../../kube/optional_kinds.ts";
import { completed } from "../apply/decide.ts";
import { controllerReference } from "../apply/ownership.ts";
import type { Planned } from "../apply/planned.ts";
import type { PlatformConfig } from "../dynamo/platform_config.ts";
import type { GroveObserved } from "../grove/observed.ts";
import { type GrovePlan, grovePlanner } from "../grove/plan.ts";
import { groveService } from "../grove/service.ts";
import { platformConfig } from "./platform_config.ts";

/** Returns the state of a graph for which Grove has created nothing, with the given changes. */
export function groveObserved(change: Partial<GroveObserved> = {}): GroveObserved {
  return {
    cliques: [],
    scalingGroups: [],
    kai: { served: false },
    pullSecrets: [],
    modelServices: [],
    templateWaitMs: 0,
    scaleWaitMs: 0,
    ...change,
  };
}

export function planSet(
  graph: DynamoGraphDeployment,
  observed: Partial<GroveObserved> = {},
  config: PlatformConfig = platformConfig(),
): GrovePlan {
  const planner = grovePlanner(graph, groveObserved(observed), config);
  const services = Object.entries(graph.spec.services ?? {}).sort(([a], [b]) => a < b ? -1 : 1);
  return planner.plan(
    services.map(([key, spec]) => planner.render(groveService(graph, key, spec, config))),
  );
}

export function plannedSet({ podCliqueSet, problems }: GrovePlan): Planned<PodCliqueSet> {
  if (podCliqueSet) return podCliqueSet;
  throw new Error(`The plan contains no PodCliqueSet: ${problems.map(({ message }) => message)}`);
}

/**
 * Returns the planned PodCliqueSet of a graph as the API server stores it. Its status shows that Grove has observed the
 * newest generation.
 */
export function storedSet(
  graph: DynamoGraphDeployment,
  plan: GrovePlan = planSet(graph),
): PodCliqueSet {
  const planned = plannedSet(plan);
  const stored = completed({ parent: graph, planned, live: undefined }) as PodCliqueSet;
  const metadata = { ...stored.metadata, uid: "uid-set", generation: 1, resourceVersion: "1" };
  return { ...stored, metadata, status: { observedGeneration: 1 } };
}

export function readyClique(owner: KubeObject, name: string, replicas = 1): PodClique {
  return {
    apiVersion: podCliques.apiVersion,
    kind: podCliques.kind,
    metadata: ownedMetadata(owner, name),
    spec: { replicas },
    status: {
      observedGeneration: 1,
      ...(replicas > 0 && { replicas }),
      readyReplicas: replicas,
      updatedReplicas: replicas,
    },
  };
}

export function readyGroup(owner: KubeObject, name: string, replicas = 1): PodCliqueScalingGroup {
  return {
    apiVersion: podCliqueScalingGroups.apiVersion,
    kind: podCliqueScalingGroups.kind,
    metadata: ownedMetadata(owner, name),
    spec: { replicas },
    status: { observedGeneration: 1, replicas, availableReplicas: replicas, updatedReplicas: 1 },
  };
}

function ownedMetadata(owner: KubeObject, name: string): KubeObject["metadata"] {
  return {
    name,
    namespace: "team",
    uid: `uid-${name}`,
    resourceVersion: "1",
    generation: 1,
    ownerReferences: [controllerReference(owner)],
  };
}
