import type { Service } from "../../kube/builtin.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { PodClique, PodCliqueScalingGroup, PodCliqueSet } from "../../kube/optional_kinds.ts";
import { controllerOf } from "../apply/ownership.ts";
import type { Lookup } from "../engine/lookup.ts";
import type { PullSecret } from "../pod/pull_secrets.ts";
import type { KaiObserved } from "./kai.ts";

/** The state of a graph on Grove. */
export interface GroveObserved {
  /** The PodCliqueSet that the graph controls. */
  readonly podCliqueSet?: PodCliqueSet | undefined;
  /** The PodCliques of the PodCliqueSet, also those of scaling groups. */
  readonly cliques: readonly PodClique[];
  readonly scalingGroups: readonly PodCliqueScalingGroup[];
  readonly kai: KaiObserved;
  /** All pull Secrets in the namespace. */
  readonly pullSecrets: readonly PullSecret[];
  /** The model Services that the graph owns or co-owns. */
  readonly modelServices: readonly Service[];
  /** Time in milliseconds for which the PodCliqueSet must not be written yet. */
  readonly templateWaitMs: number;
  /** Time in milliseconds for which nothing must be scaled yet. */
  readonly scaleWaitMs: number;
}

/** Lookups of the kinds of Grove. */
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
 * Returns the PodCliqueSets of a graph. The one with the name of the graph also counts if it lacks a controller:
 * `kubectl delete --cascade=orphan` of an earlier graph keeps it, and it runs the pods of the earlier graph.
 */
export function podCliqueSetsOf(
  { metadata: { name, namespace, uid } }: KubeObject,
  podCliqueSets: GroveLookups["podCliqueSets"],
): PodCliqueSet[] {
  const named = podCliqueSets.get({ namespace, name });
  const orphans = named && !controllerOf(named) ? [named] : [];
  return [...podCliqueSets.controlledBy(uid), ...orphans];
}

/** Returns the objects that Grove created for a PodCliqueSet. It finds them by their owners. */
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
