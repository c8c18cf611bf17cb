import type { Service } from "../../kube/builtin.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { PodClique, PodCliqueScalingGroup, PodCliqueSet } from "../../kube/optional_kinds.ts";
import { controllerOf } from "../apply/ownership.ts";
import type { Lookup } from "../engine/lookup.ts";
import type { PullSecret } from "../pod/pull_secrets.ts";
import type { KaiObserved } from "./kai.ts";

/** Observed state of a graph that runs on Grove. */
export interface GroveObserved {
  /** The PodCliqueSet that the graph controls. */
  readonly podCliqueSet?: PodCliqueSet | undefined;
  /** The PodCliques of the PodCliqueSet, including those of scaling groups. */
  readonly cliques: readonly PodClique[];
  readonly scalingGroups: readonly PodCliqueScalingGroup[];
  readonly kai: KaiObserved;
  /** All pull Secrets in the namespace. */
  readonly pullSecrets: readonly PullSecret[];
  /** Headless Services for base models. The graph owns or co-owns each of these Services. */
  readonly modelServices: readonly Service[];
  /** Time in milliseconds until the operator may write the PodCliqueSet; 0 if it may write it now. */
  readonly templateWaitMs: number;
  /**
   * Time in milliseconds until the operator may scale the PodCliques and scaling groups; 0 if it may scale them now.
   */
  readonly scaleWaitMs: number;
}

/** Lookups of the stored PodCliqueSets, PodCliques and scaling groups. */
export interface GroveLookups {
  podCliqueSets: Pick<Lookup<PodCliqueSet>, "controlledBy" | "get" | "served">;
  podCliques: Pick<Lookup<PodClique>, "controlledBy" | "served">;
  podCliqueScalingGroups: Pick<Lookup<PodCliqueScalingGroup>, "controlledBy" | "served">;
}

/** Returns whether the API server serves all kinds that the operator needs to run graphs on Grove. */
export function servesGrove(
  { podCliqueSets, podCliques, podCliqueScalingGroups }: GroveLookups,
): boolean {
  return [podCliqueSets, podCliques, podCliqueScalingGroups].every(({ served }) => served);
}

/**
 * Returns the PodCliqueSets that a graph controls, and the PodCliqueSet that has the graph's name but no controller.
 * `kubectl delete --cascade=orphan` of an earlier graph leaves such a PodCliqueSet behind, and its pods still run.
 */
export function podCliqueSetsOf(
  { metadata: { name, namespace, uid } }: KubeObject,
  podCliqueSets: GroveLookups["podCliqueSets"],
): PodCliqueSet[] {
  const named = podCliqueSets.get({ namespace, name });
  const orphans = named && !controllerOf(named) ? [named] : [];
  return [...podCliqueSets.controlledBy(uid), ...orphans];
}

/** Returns the PodCliques and PodCliqueScalingGroups of a PodCliqueSet, according to their owner references. */
export function membersOf(
  podCliqueSet: PodCliqueSet | undefined,
  { podCliques, podCliqueScalingGroups }: GroveLookups,
): Pick<GroveObserved, "cliques" | "scalingGroups"> {
  const { uid } = podCliqueSet?.metadata ?? {};
  if (uid === undefined) return { cliques: [], scalingGroups: [] };
  const scalingGroups = podCliqueScalingGroups.controlledBy(uid);
  const owners = [uid, ...scalingGroups.map(({ metadata }) => metadata.uid)];
  return { scalingGroups, cliques: owners.flatMap((owner) => podCliques.controlledBy(owner)) };
}
