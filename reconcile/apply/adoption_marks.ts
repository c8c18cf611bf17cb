import type { KubeObject } from "../../kube/object.ts";
import { PLAN_HASH } from "./plan_hash.ts";

/**
 * Annotation that the Go operator sets on each child that it updates. The first apply of this operator removes the
 * annotation.
 */
export const FORMER_HASH = "nvidia.com/last-applied-hash";

/**
 * Annotations that only an operator sets, and only on its own children: the hash of this operator's plan, and the hash
 * of the Go operator. Orphaning and backups keep these annotations.
 */
export const ADOPTION_MARKS: readonly string[] = [PLAN_HASH, FORMER_HASH];

/** Returns whether an annotation shows that an operator has written the object as the child of a custom resource. */
export function hasAdoptionMark({ metadata: { annotations = {} } }: KubeObject): boolean {
  return ADOPTION_MARKS.some((mark) => annotations[mark] !== undefined);
}
