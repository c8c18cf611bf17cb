import type { GroveService } from "./service.ts";

/** Label of pods with the name of their PodClique. */
export const POD_CLIQUE_LABEL = "grove.io/podclique";
/** Index of the only replica of a PodCliqueSet. The names of its objects contain the index. */
const SET_REPLICA = 0;

/** The names of the cliques of one service. */
export interface CliqueNames {
  /** Name of the scaling group; absent for a service on one node. */
  group?: string;
  /** A single clique, or the cliques of the leader and of the workers. */
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

/** Returns the name of the clique of a multinode service's leaders. */
export function leaderClique(service: string): string {
  return `${service.toLowerCase()}-ldr`;
}

/** Returns the name of the PodClique of a single clique, or of the PodCliqueScalingGroup of a group. */
export function memberName(podCliqueSet: string, cliqueOrGroup: string): string {
  return `${podCliqueSet}-${SET_REPLICA}-${cliqueOrGroup}`;
}

/** Returns the name of the PodClique of a clique in one replica of a PodCliqueScalingGroup. */
export function groupMemberName(scalingGroup: string, replica: number, clique: string): string {
  return `${scalingGroup}-${replica}-${clique}`;
}

/** Returns the name of the headless Service that Grove creates for the pods of a PodCliqueSet. */
export function headlessServiceName(podCliqueSet: string): string {
  return `${podCliqueSet}-${SET_REPLICA}`;
}
