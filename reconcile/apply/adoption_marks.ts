import type { KubeObject } from "../../kube/object.ts";
import { PLAN_HASH } from "./plan_hash.ts";

/**
 * Annotations that only an operator sets, and only on its own children: the hash of this operator's plan, and the hash
 * of the Go operator. Orphaning and backups keep these annotations.
 */
export const ADOPTION_MARKS: readonly string[] = [PLAN_HASH, "nvidia.com/last-applied-hash"];

/** Returns whether an annotation shows that an operator has written the object as the child of a custom resource. */
export function hasAdoptionMark({ metadata: { annotations = {} } }: KubeObject): boolean {
  return ADOPTION_MARKS.some((mark) => annotations[mark] !== undefined);
}
