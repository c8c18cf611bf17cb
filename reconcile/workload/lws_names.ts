import { PlanError } from "../dynamo/problem.ts";
import type { ServiceInput } from "../dynamo/service_input.ts";

/**
 * Maximum length of the name of a StatefulSet. Each of its pods has a label with this name, a dash and a hash of ten
 * characters, and a label has at most 63 characters.
 */
const MAX_STATEFUL_SET_NAME = 52;

/** Returns the name of the LeaderWorkerSet of one replica: `<component>-<index>`. */
export function lwsName(component: string, index: number): string {
  return `${component}-${index}`;
}

/**
 * Returns the names of the StatefulSets of a LeaderWorkerSet with one group. The first StatefulSet runs the leader. The
 * second runs the workers, and has the name of the leader's pod.
 */
export function statefulSetNames(lws: string): string[] {
  return [lws, `${lws}-0`];
}

/** Returns the indexes of the replicas of a service. */
export function replicaIndexes({ spec: { replicas = 1 } }: ServiceInput): number[] {
  return Array.from({ length: replicas }, (_, index) => index);
}

/**
 * Checks that the names of the StatefulSets are short enough. With longer names, LeaderWorkerSets would get no pods.
 *
 * @throws {PlanError} if the name of the component is too long for its replicas
 */
export function checkLwsNames(service: ServiceInput): void {
  const { name, spec: { replicas = 1 } } = service;
  const longest = lwsName(name, Math.max(replicas - 1, 0));
  const excess = Math.max(...statefulSetNames(longest).map(({ length }) => length)) -
    MAX_STATEFUL_SET_NAME;
  if (excess <= 0) return;
  throw new PlanError(
    "multinode",
    `the name "${name}" is too long for a LeaderWorkerSet: shorten it to at most ` +
      `${name.length - excess} characters`,
  );
}
