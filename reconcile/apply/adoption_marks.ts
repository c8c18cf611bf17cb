import type { KubeObject } from "../../kube/object.ts";
import { PLAN_HASH } from "./plan_hash.ts";

/**
 * Annotation that the Go operator sets on each child that it updates. The first apply of this operator removes the
 * annotation.
 */
export const FORMER_HASH = "nvidia.com/last-applied-hash";

/**
 * Annotations that only this operator and the Go operator set, and only on their own children. Each contains a hash of
 * the planned object. An orphaned child and an object that was restored from a backup keep these annotations.
 */
export const ADOPTION_MARKS: readonly string[] = [PLAN_HASH, FORMER_HASH];

/** Returns whether the object has an annotation that only this operator and the Go operator set on their children. */
export function hasAdoptionMark({ metadata: { annotations = {} } }: KubeObject): boolean {
  return ADOPTION_MARKS.some((mark) => annotations[mark] !== undefined);
}
