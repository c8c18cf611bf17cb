import type { GroveService } from "./service.ts";

/** Label of a pod. Its value is the name of the pod's PodClique. */
export const POD_CLIQUE_LABEL = "grove.io/podclique";
/** Index of the only replica of a PodCliqueSet. The names of its PodCliques and scaling groups contain the index. */
const SET_REPLICA = 0;

/** The names of one service's cliques and of its scaling group. */
export interface CliqueNames {
  /** Name of the scaling group; absent for a service on one node. */
  group?: string;
  /** Name of the only clique, or the names of the cliques for the leaders and the workers. */
  cliques: string[];
}

/** Returns the names of a service's cliques in the template of the PodCliqueSet. */
export function cliqueNames(
  { key, input: { nodes } }: Pick<GroveService, "key" | "input">,
): CliqueNames {
  const name = key.toLowerCase();
  return nodes > 1
    ? { group: name, cliques: [leaderClique(key), `${name}-wkr`] }
    : { cliques: [name] };
}

/** Returns the name of the clique for the leaders of a multinode service. */
export function leaderClique(service: string): string {
  return `${service.toLowerCase()}-ldr`;
}

/**
 * Returns the name of the object that Grove creates for a service: a PodClique, or a PodCliqueScalingGroup for a
 * multinode service.
 */
export function memberName(podCliqueSet: string, cliqueOrGroup: string): string {
  return `${podCliqueSet}-${SET_REPLICA}-${cliqueOrGroup}`;
}

/** Returns the name of the PodClique that Grove creates from a clique for one replica of a PodCliqueScalingGroup. */
export function groupMemberName(scalingGroup: string, replica: number, clique: string): string {
  return `${scalingGroup}-${replica}-${clique}`;
}

/** Returns the name of the headless Service that Grove creates for the pods of a PodCliqueSet. */
export function headlessServiceName(podCliqueSet: string): string {
  return `${podCliqueSet}-${SET_REPLICA}`;
}
