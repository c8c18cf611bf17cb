import { LABELS, MANAGER } from "../../crds/labels.ts";
import { identityOf, type KubeObject } from "../../kube/object.ts";
import { hasAdoptionMark } from "../apply/adoption_marks.ts";
import { graphs } from "./resources.ts";

const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";
const MANAGED_BY = [LABELS.appManagedBy, LABELS.managedBy];
/** Label keys of Dynamo, such as `nvidia.com/dynamo-component`. */
const LABEL_OF_DYNAMO = /^([^/]+\.)?nvidia\.com\//;

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
 * removes is lost. Of any other object, the store keeps what detects a name conflict: {@link identityOnly}, without the
 * labels of other programs. A cluster may contain a hundred thousand such objects.
 */
export function reduceForeign<T extends KubeObject>(object: T): T {
  if (isManaged(object)) return withoutApplyHistory(object);
  const { labels = {}, ...metadata } = object.metadata;
  const own = Object.entries(labels).filter(([key]) => LABEL_OF_DYNAMO.test(key));
  const kept = own.length > 0 ? { ...metadata, labels: Object.fromEntries(own) } : metadata;
  return identityOnly({ ...object, metadata: kept });
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
