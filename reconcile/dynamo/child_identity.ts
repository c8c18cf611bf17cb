import { LABELS } from "../../crds/labels.ts";
import type { KubeObject } from "../../kube/object.ts";
import { planHashOf } from "../apply/plan_hash.ts";

/** Labels that identify the graph and the service of a child. The children of a standalone component may lack both. */
const SERVICE_IDENTITY = [LABELS.graphName, LABELS.component];
/** Label of RBAC objects. Its value is the name of their ServiceAccount, which contains the name of the graph. */
const RBAC_IDENTITY = [LABELS.appName];
const RBAC_KINDS = ["ServiceAccount", "Role", "RoleBinding"];

/**
 * Returns whether the labels of a live object and a planned object identify the same graph and service. Ignores other
 * labels, because they depend on the spec and the namespace, which may have changed since the last write.
 */
export function hasSameIdentity(planned: KubeObject, live: KubeObject): boolean {
  const keys = RBAC_KINDS.includes(planned.kind) ? RBAC_IDENTITY : SERVICE_IDENTITY;
  const values = ({ metadata: { labels = {} } }: KubeObject) => keys.map((key) => labels[key]);
  const [wanted, found] = [values(planned), values(live)];
  // The Go operator does not set labels on Ingresses and VirtualServices, so these objects may lack them.
  const isUnlabelled = ["Ingress", "VirtualService"].includes(live.kind) &&
    planHashOf(live) === undefined && found.every((value) => value === undefined);
  return isUnlabelled || wanted.every((value, index) => value === found[index]);
}
