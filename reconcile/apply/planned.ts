import type { KubeObject } from "../../kube/object.ts";

/**
 * How the executor treats a planned object.
 *
 * - `own`: controlled by the parent (the executor adds the controller owner reference); drift is repaired and it
 *   is pruned when no longer planned. A foreign object of its name is never touched.
 * - `shared`: used by several parents and controlled by none; drift is repaired, whoever made it. Owners that the
 *   live object has are kept, as plain ones, if the plan names owners.
 * - `create`: created if absent, never changed afterwards.
 */
export type Policy = "own" | "shared" | "create";

/** One object as it should be. */
export interface Planned {
  manifest: KubeObject;
  policy: Policy;
}
