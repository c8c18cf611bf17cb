import type { KubeObject, OwnerReference } from "../../kube/object.ts";

/**
 * Whose object it is that has the name of a planned one.
 *
 * - `absent`: nobody has the name.
 * - `ours`: its controller is our parent.
 * - `waiting`: its controller is of our parent's kind and name but another UID, so a deleted predecessor of our
 *   parent; the garbage collector will take it.
 * - `foreign`: anything else. It must not be touched.
 */
export type Claim = "absent" | "ours" | "foreign" | "waiting";

/**
 * Tells whose the live object is. Ownership goes by UID, see
 * https://kubernetes.io/docs/concepts/overview/working-with-objects/owners-dependents/
 *
 * @param parentUid UID of the parent
 * @param manifest the planned object with its controller owner reference, see {@link withController}
 * @param live the object of that name in the cluster, if any
 */
export function claim(
  parentUid: string,
  manifest: KubeObject,
  live: KubeObject | undefined,
): Claim {
  if (!live) return "absent";
  const owner = controllerOf(live);
  if (!owner) return "foreign";
  if (owner.uid === parentUid) return "ours";
  const parent = controllerOf(manifest);
  return parent && owner.kind === parent.kind && owner.name === parent.name &&
      groupOf(owner.apiVersion) === groupOf(parent.apiVersion)
    ? "waiting"
    : "foreign";
}

/** The owner reference that makes an object the controller's, if there is one. */
export function controllerOf(object: KubeObject): OwnerReference | undefined {
  return object.metadata.ownerReferences?.find((owner) => owner.controller === true);
}

/** The owner reference of an object that its parent controls. Foreground deletion of the parent waits for it. */
export function controllerReference(parent: KubeObject): OwnerReference {
  return { ...ownerReference(parent), controller: true, blockOwnerDeletion: true };
}

/** The owner reference of an object that its parent merely keeps alive. */
export function ownerReference(parent: KubeObject): OwnerReference {
  const { apiVersion, kind, metadata: { name, uid } } = parent;
  if (!uid) {
    throw new Error(
      `Cannot refer to ${kind} "${name}" as an owner: it has no UID, so is not stored`,
    );
  }
  return { apiVersion, kind, name, uid };
}

/** Returns the manifest with the parent as its controller; a controller that the plan names is left alone. */
export function withController<T extends KubeObject>(manifest: T, parent: KubeObject): T {
  if (controllerOf(manifest)) return manifest;
  const others = manifest.metadata.ownerReferences?.filter(({ uid }) =>
    uid !== parent.metadata.uid
  );
  const ownerReferences = [...(others ?? []), controllerReference(parent)];
  return { ...manifest, metadata: { ...manifest.metadata, ownerReferences } };
}

/** The group of an `apiVersion`; "" for the core group. */
function groupOf(apiVersion: string): string {
  return apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "";
}
