import { LABELS } from "../../crds/labels.ts";
import type { KubeObject } from "../../kube/object.ts";
import { planHashOf } from "../apply/plan_hash.ts";

/** Labels with the graph and the service of a child. The children of a standalone component may lack both. */
const SERVICE_IDENTITY = [LABELS.graphName, LABELS.component];
/** Label with the name of the ServiceAccount, which contains the name of the graph. */
const RBAC_IDENTITY = [LABELS.appName];
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
    planHashOf(live) === undefined && found.every((value) => value === undefined);
  return isUnlabelled || wanted.every((value, index) => value === found[index]);
}
