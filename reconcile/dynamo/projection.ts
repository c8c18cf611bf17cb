import { LABELS, MANAGER } from "../../crds/labels.ts";
import { identityOf, type KubeObject } from "../../kube/object.ts";
import { hasAdoptionMark } from "../apply/adoption_marks.ts";
import { graphs } from "./resources.ts";

const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";
const MANAGED_BY = [LABELS.appManagedBy, LABELS.managedBy];

/**
 * Returns the object without its managed fields and without the annotation in which kubectl stores the applied
 * manifest. No plan reads this data, which is about as large as the rest of the object.
 */
export function withoutApplyHistory<T extends KubeObject>(object: T): T {
  const { managedFields: _managedFields, annotations, ...metadata } = object.metadata;
  if (!annotations) return { ...object, metadata };
  const { [LAST_APPLIED]: _copy, ...others } = annotations;
  return { ...object, metadata: { ...metadata, annotations: others } };
}

/**
 * Reduces an object for the store. If the operator manages the object, only the data that {@link withoutApplyHistory}
 * removes is lost. Any other object keeps only its identity, labels and owner references, which are enough to detect a
 * name conflict. A cluster may contain thousands of such objects.
 */
export function reduceForeign<T extends KubeObject>(object: T): T {
  return isManaged(object) ? withoutApplyHistory(object) : identityOnly(object);
}

/** Reduces an object to its identity, labels, owner references, deletion timestamp and finalizers. */
export function identityOnly<T extends KubeObject>({ apiVersion, kind, metadata: all }: T): T {
  const { labels, ownerReferences, deletionTimestamp, finalizers } = all;
  const metadata = {
    ...identityOf(all),
    ...(labels && { labels }),
    ...(ownerReferences && { ownerReferences }),
    ...(deletionTimestamp && { deletionTimestamp }),
    ...(finalizers && { finalizers }),
  };
  return { apiVersion, kind, metadata } as unknown as T;
}

/**
 * Returns whether the operator manages an object. This is true if a Dynamo custom resource owns it, if its labels name
 * the operator as manager, or if the operator may adopt it.
 */
function isManaged(object: KubeObject): boolean {
  const { ownerReferences = [], labels = {} } = object.metadata;
  return ownerReferences.some(({ apiVersion }) => apiVersion.startsWith(`${graphs.group}/`)) ||
    MANAGED_BY.some((key) => labels[key] === MANAGER) || hasAdoptionMark(object);
}
