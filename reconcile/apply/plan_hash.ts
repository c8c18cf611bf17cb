import { hash as hashText } from "node:crypto";
import { canonicalJson } from "../../kube/json.ts";
import type { KubeObject } from "../../kube/object.ts";
import { oncePerObject } from "../../kube/once_per_object.ts";
import { type Resource, shapeOf } from "../../kube/resource.ts";
import { normalise } from "./normalise.ts";

/** A manifest, and the API resource (group, version, plural) to which the operator applies it. */
export type Manifest<T extends KubeObject = KubeObject> = {
  resource: Resource<KubeObject>;
  manifest: T;
};

/** Annotation with the hash of the last applied plan. The operator never sets this annotation in a pod template. */
export const PLAN_HASH = "nvidia.com/plan-hash";

/** A planned manifest as the operator applies it, and the hash of the manifest. */
interface AppliedForm {
  hash: string;
  /** The normalised manifest with the hash as an annotation. */
  applied: KubeObject;
}

/**
 * Returns the hash of a manifest: 16 hex digits of the SHA-256 of its normalised JSON with sorted keys. The order of
 * list items changes the hash, the order of fields does not. The hash excludes its own annotation and the owner
 * references, because the executor adds both. Drift detection finds changes to owner references.
 */
export function planHash({ resource, manifest }: Manifest): string {
  return appliedForm(manifest, resource).hash;
}

/**
 * Returns whether the operator's last apply to the live object used this manifest. Ignores later changes by other
 * clients.
 */
export function carriesPlan(live: KubeObject, planned: Manifest): boolean {
  return planHashOf(live) === planHash(planned);
}

/** Returns the hash of the last applied plan; undefined if the operator never applied the object. */
export function planHashOf(object: KubeObject): string | undefined {
  return object.metadata.annotations?.[PLAN_HASH];
}

/**
 * Returns the normalised manifest with the plan hash as an annotation. Returns the same object each time for the same
 * manifest.
 */
export function withPlanHash<T extends KubeObject>({ resource, manifest }: Manifest<T>): T {
  // The cast is safe: the applied form has the type of the manifest.
  return appliedForm(manifest, resource).applied as T;
}

/**
 * Returns the manifest as the operator applies it, and its hash. Caches the result for each manifest object, because a
 * reconciliation needs the result several times. Manifests do not change after planning.
 */
const appliedForm = oncePerObject(
  (manifest: KubeObject, resource: Resource<KubeObject>): AppliedForm => {
    const plain = normalise(manifest, shapeOf(resource));
    const hash = hashOf(plain);
    const annotations = { ...plain.metadata.annotations, [PLAN_HASH]: hash };
    return { hash, applied: { ...plain, metadata: { ...plain.metadata, annotations } } };
  },
);

function hashOf(normalised: KubeObject): string {
  const { annotations, ownerReferences: _owners, ...metadata } = normalised.metadata;
  const { [PLAN_HASH]: _hash, ...counted } = annotations ?? {};
  const hashed = { ...normalised, metadata: { ...metadata, annotations: counted } };
  return hashText("sha256", canonicalJson(hashed)).slice(0, 16);
}
