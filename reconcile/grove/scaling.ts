import type { KubeObject } from "../../kube/object.ts";
import {
  type CliqueTemplate,
  type PodClique,
  podCliques,
  type PodCliqueScalingGroup,
  podCliqueScalingGroups,
  type PodCliqueSet,
} from "../../kube/optional_kinds.ts";
import type { Resource } from "../../kube/resource.ts";
import { controllerOf } from "../apply/ownership.ts";
import { type Composition, compositionOf } from "./composition.ts";
import { memberName } from "./names.ts";
import type { GroveObserved } from "./observed.ts";
import type { GroveService } from "./service.ts";

/** A PodClique or PodCliqueScalingGroup to scale, and its planned replicas. */
export interface Scale {
  resource: Resource<PodClique> | Resource<PodCliqueScalingGroup>;
  live: KubeObject & { spec: { replicas: number } };
  replicas: number;
}

/**
 * Returns the objects to scale. Grove reads the replicas in a PodCliqueSet only when it creates these objects, so the
 * operator scales the objects directly. If a user changes a service from one node to several nodes, Grove still runs
 * the PodClique of the service. The operator then scales this PodClique.
 */
export function scalesOf(services: readonly GroveService[], observed: GroveObserved): Scale[] {
  const { podCliqueSet } = observed;
  if (!podCliqueSet?.spec || podCliqueSet.metadata.deletionTimestamp) return [];
  const { name } = podCliqueSet.metadata;
  const composition = compositionOf(podCliqueSet);
  return services.flatMap((service) => [
    ...memberScales(name, service, composition, observed),
    ...nodeScales(podCliqueSet, service, composition, observed),
  ]);
}

function memberScales(
  podCliqueSet: string,
  { key, replicas }: GroveService,
  { groups }: Composition,
  { cliques, scalingGroups }: GroveObserved,
): Scale[] {
  const name = memberName(podCliqueSet, key.toLowerCase());
  const named = <T extends KubeObject>(objects: readonly T[]) =>
    objects.find(({ metadata }) => metadata.name === name);
  return groups.has(key.toLowerCase())
    ? toScale(podCliqueScalingGroups, named(scalingGroups), replicas)
    : toScale(podCliques, named(cliques), replicas);
}

/**
 * Returns the PodCliques of a multinode service whose replicas differ from their clique template. Returns none during a
 * rollout, because Grove then replaces the PodCliques.
 */
function nodeScales(
  { metadata: { name, generation }, status }: PodCliqueSet,
  { key }: GroveService,
  composition: Composition,
  { cliques }: GroveObserved,
): Scale[] {
  const group = key.toLowerCase();
  if (!composition.groups.has(group) || status?.observedGeneration !== generation) return [];
  const scalingGroup = memberName(name, group);
  return cliques.filter((clique) => controllerOf(clique)?.name === scalingGroup)
    .flatMap((live) => {
      const replicas = templateOf(live, composition)?.spec.replicas;
      return replicas === undefined ? [] : toScale(podCliques, live, replicas);
    });
}

/**
 * Returns the clique from which Grove created a PodClique of a scaling group. The name of the PodClique ends with the
 * name of the clique.
 */
export function templateOf(
  { metadata }: PodClique,
  { cliques }: Composition,
): CliqueTemplate | undefined {
  return [...cliques.values()].find(({ name }) => metadata.name.endsWith(`-${name}`));
}

function toScale(
  resource: Scale["resource"],
  live: Scale["live"] | undefined,
  replicas: number,
): Scale[] {
  const isScaled = !live || live.metadata.deletionTimestamp || live.spec.replicas === replicas;
  return isScaled ? [] : [{ resource, live, replicas }];
}
