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

/** Labels with the graph and the service of a child. The children of a standalone component may lack both. */
const SERVICE_IDENTITY = ["nvidia.com/dynamo-graph-deployment-name", "nvidia.com/dynamo-component"];
/** Label with the name of the ServiceAccount, which contains the name of the graph. */
const RBAC_IDENTITY = ["app.kubernetes.io/name"];
const RBAC_KINDS = ["ServiceAccount", "Role", "RoleBinding"];

/**
 * Returns whether the labels of the live object name the same graph and service as those of the planned object. Other
 * labels do not count: they follow the spec and the namespace, which may have changed since the live object was written.
 */
export function hasSameIdentity(planned: KubeObject, live: KubeObject): boolean {
  const keys = RBAC_KINDS.includes(planned.kind) ? RBAC_IDENTITY : SERVICE_IDENTITY;
  const values = ({ metadata: { labels = {} } }: KubeObject) => keys.map((key) => labels[key]);
  const [wanted, found] = [values(planned), values(live)];
  // The Go operator sets no labels on its Ingresses and VirtualServices.
  const isUnlabelled = ["Ingress", "VirtualService"].includes(live.kind) &&
    live.metadata.annotations?.[PLAN_HASH] === undefined &&
    found.every((value) => value === undefined);
  return isUnlabelled || wanted.every((value, index) => value === found[index]);
}
