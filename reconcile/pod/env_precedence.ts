import type { V1EnvVar } from "@kubernetes/client-node";

/**
 * Lays one list of environment variables over another. Of a name that occurs more than once the last entry counts,
 * whole: a `value` over a `valueFrom` leaves nothing of it. The result is sorted by name, so that the same
 * variables always make the same pod.
 *
 * @param under the list that loses
 * @param over the list that wins
 */
export function mergeEnv(under: readonly V1EnvVar[], over: readonly V1EnvVar[]): V1EnvVar[] {
  const byName = new Map([...under, ...over].map((env) => [env.name, env]));
  return [...byName.values()].sort(compareNames);
}

/** Byte order; names of variables are ASCII, where it is the order of code units. */
function compareNames(a: V1EnvVar, b: V1EnvVar): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}
