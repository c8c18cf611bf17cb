import type { KubeObject } from "../../kube/object.ts";
import type { Resource } from "../../kube/resource.ts";

/**
 * How the executor treats a planned object.
 *
 * - `own`: the parent controls it (the executor adds the controller owner reference). Drift is repaired. An object that a
 *   later plan lacks is pruned. A foreign object of its name is never touched.
 * - `shared`: several parents use it and none controls it. Drift is repaired, also in a foreign object.
 * - `create`: created if absent, never changed afterwards.
 */
export type Policy = "own" | "shared" | "create";

/** One object as it should be. Plans set no owner references: the executor does. */
export interface Planned<T extends KubeObject = KubeObject> {
  resource: Resource<T>;
  manifest: T;
  policy: Policy;
  /** Creates an object of policy `create` under the control of the parent, so that it is deleted with the parent. */
  controlled?: boolean;
  /**
   * Owners of a `shared` object: it lives as long as one of them. Each becomes a plain owner; owners that the live object
   * has besides are kept. Absent: the object gets no owner and outlives every parent.
   */
  coOwners?: readonly KubeObject[];
  /**
   * Fields that are applied when the object is created and belong to another client afterwards, such as `replicas` of an
   * autoscaled workload. Later applies repeat the live value, so that the API server removes none of them.
   */
  initially?: Readonly<Record<string, unknown>>;
  /** Objects that must be gone before this one is written, such as the workload that it replaces. */
  after?: readonly KubeObject[];
}
