import type { KubeObject } from "../../kube/object.ts";
import type { Resource } from "../../kube/resource.ts";

/**
 * How the executor writes a planned object.
 *
 * - `own`: the parent controls the object, and the executor adds the controller owner reference. The executor repairs
 *   drift, and prunes the object if a later plan lacks it. It never changes a foreign object with the same name.
 * - `shared`: several parents use the object and none controls it. The executor repairs drift, also in a foreign
 *   object.
 * - `create`: the executor creates an absent object, and never changes an existing object.
 */
export type Policy = "own" | "shared" | "create";

/** Desired state of one object. Plans do not set owner references, because the executor adds them. */
export interface Planned<T extends KubeObject = KubeObject> {
  resource: Resource<T>;
  manifest: T;
  policy: Policy;
  /**
   * Whether the parent controls the object that the executor creates with policy `create`. The garbage collector
   * deletes a controlled object after the parent.
   */
  controlled?: boolean;
  /**
   * Planned owners of a `shared` object. The object exists as long as one of its owners exists. No owner becomes the
   * controller. Other owners of the live object remain. By default, the object gets no owner, so the garbage collector
   * never deletes it.
   */
  coOwners?: readonly KubeObject[];
  /**
   * Fields that the operator sets only when it creates the object, such as `replicas` of an autoscaled workload.
   * Another client owns them afterwards. Later applies repeat the live values, so that the API server does not remove
   * them.
   */
  initially?: Readonly<Record<string, unknown>>;
  /** Whether pods need this object. The executor writes such objects before the objects that create pods. */
  prerequisite?: boolean;
  /**
   * Objects that must be deleted before this object is written. If an immutable field differs, the list includes the
   * live object with the same name. {@link unplanned} then also returns this live object, so that the executor prunes
   * it.
   */
  after?: readonly KubeObject[];
  /** Explanation for messages: why the write must wait until the objects in `after` are deleted. */
  afterReason?: string;
  /** Whether the live object must stay unchanged until other objects have changed. */
  held?: boolean;
}
