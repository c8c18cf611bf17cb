import { LABELS } from "../../crds/labels.ts";
import type { KubeObject } from "../../kube/object.ts";
import { graphs } from "./resources.ts";

const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";
const MANAGED_BY = [LABELS.appManagedBy, LABELS.managedBy];

/** Drops kubectl's copy of an object, which is as large as the object and which the operator does not read. */
export function withoutLastApplied<T extends KubeObject>(object: T): T {
  const { annotations } = object.metadata;
  if (!annotations || !(LAST_APPLIED in annotations)) return object;
  const { [LAST_APPLIED]: _copy, ...others } = annotations;
  return { ...object, metadata: { ...object.metadata, annotations: others } };
}

/**
 * Keeps an object of a built-in kind whole if the operator may compare it with a plan. Of foreign objects, of which a
 * cluster may have many thousands, it keeps only what reveals a name conflict and what selectors match.
 */
export function keepWhatIsOurs<T extends KubeObject>(object: T): T {
  if (isOurs(object)) return withoutLastApplied(object);
  const { name, namespace, uid, resourceVersion, labels, ownerReferences, deletionTimestamp } =
    object.metadata;
  const metadata = {
    name,
    ...(namespace && { namespace }),
    ...(uid && { uid }),
    ...(resourceVersion && { resourceVersion }),
    ...(labels && { labels }),
    ...(ownerReferences && { ownerReferences }),
    ...(deletionTimestamp && { deletionTimestamp }),
  };
  return { apiVersion: object.apiVersion, kind: object.kind, metadata } as unknown as T;
}

function isOurs({ metadata: { ownerReferences = [], labels = {} } }: KubeObject): boolean {
  return ownerReferences.some(({ apiVersion }) => apiVersion.startsWith(`${graphs.group}/`)) ||
    MANAGED_BY.some((key) => labels[key] === "dynamo-operator");
}
