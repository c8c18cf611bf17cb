import type { KubeObject } from "../../kube/object.ts";
import type { Resource } from "../../kube/resource.ts";

/**
 * Rule by which the executor writes a planned object.
 *
 * - `own`: the parent controls the object (the executor adds the controller owner reference). Drift is repaired. If a
 *   later plan lacks the object, the object is pruned. A foreign object of the same name is never changed.
 * - `shared`: several parents use the object and none controls it. Drift is repaired, also in a foreign object.
 * - `create`: the object is created if it is absent, and never changed afterwards.
 */
export type Policy = "own" | "shared" | "create";

/** Desired state of one object. Plans set no owner references, because the executor adds them. */
export interface Planned<T extends KubeObject = KubeObject> {
  resource: Resource<T>;
  manifest: T;
  policy: Policy;
  /** Whether the parent controls a new object of policy `create`, so that the object is deleted with the parent. */
  controlled?: boolean;
  /**
   * Planned owners of a `shared` object. The object exists as long as one of its owners exists. No owner becomes the
   * controller; other live owners are kept. If absent, the object gets no owner and is never deleted with a parent.
   */
  coOwners?: readonly KubeObject[];
  /**
   * Fields that the operator sets only when it creates the object, such as `replicas` of an autoscaled workload.
   * Another client owns them afterwards. Later applies repeat the live values, so that the API server does not remove
   * them.
   */
  initially?: Readonly<Record<string, unknown>>;
  /** Whether pods need this object, so that the executor writes it before the objects that create pods. */
  prerequisite?: boolean;
  /**
   * Objects that must be deleted before this object is written. If an immutable field differs, they include the live
   * object of the same name. {@link unplanned} then returns the live object for pruning.
   */
  after?: readonly KubeObject[];
  /** Why the write waits until the objects in `after` are deleted, as part of a message. */
  afterReason?: string;
  /** Whether the live object must not change yet, because other objects change first. */
  held?: boolean;
}
