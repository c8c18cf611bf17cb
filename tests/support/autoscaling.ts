// @ts-types="../../types/std/assert.d.ts"
import { AssertionError } from "@std/assert";
import type { KubeObject } from "../../kube/object.ts";
import { resource } from "../../kube/resource.ts";

export const horizontalPodAutoscalers = resource<KubeObject>({
  group: "autoscaling",
  version: "v2",
  kind: "HorizontalPodAutoscaler",
  plural: "horizontalpodautoscalers",
  namespaced: true,
});

/** Returns the replica counts in successive versions of an object. Merges consecutive equal counts. */
export function replicasOf(
  versions: readonly { spec?: { replicas?: number | undefined } | undefined }[],
): number[] {
  const all = versions.map(({ spec }) => spec?.replicas ?? 1);
  return all.filter((replicas, index) => replicas !== all[index - 1]);
}

/**
 * Asserts that `wanted` contains every count in `actual`, in the same order. `actual` may skip counts, because one
 * reconciliation can handle several changes.
 */
export function assertInOrder(actual: readonly number[], wanted: readonly number[]): void {
  let next = 0;
  for (const [index, replicas] of actual.entries()) {
    const found = wanted.indexOf(replicas, next);
    if (found === -1) {
      throw new AssertionError(
        `The object had ${replicas} replicas (change ${index} of ${actual}) out of order: ${wanted}`,
      );
    }
    next = found;
  }
}
