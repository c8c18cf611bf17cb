import type { KubeObject } from "../../kube/object.ts";

const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";
const GROUP = "nvidia.com/";
const MANAGED_BY = ["app.kubernetes.io/managed-by", "nvidia.com/managed-by"];

/** Drops kubectl's copy of the object, which is as large as the object itself and which nothing here reads. */
export function withoutLastApplied<T extends KubeObject>(object: T): T {
  const { annotations } = object.metadata;
  if (!annotations || !(LAST_APPLIED in annotations)) return object;
  const { [LAST_APPLIED]: _copy, ...others } = annotations;
  return { ...object, metadata: { ...object.metadata, annotations: others } };
}

/**
 * Keeps an object of a built-in kind whole if the operator may compare it with a plan; of all others, which may be
 * many thousands, only whose they are: enough to know that their name is taken, and what looks for them by label.
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
  return ownerReferences.some(({ apiVersion }) => apiVersion.startsWith(GROUP)) ||
    MANAGED_BY.some((key) => labels[key] === "dynamo-operator");
}
