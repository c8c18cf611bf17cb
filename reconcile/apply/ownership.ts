import type { KubeObject, OwnerReference } from "../../kube/object.ts";
import { oncePerObject } from "../../kube/once_per_object.ts";
import { hasAdoptionMark } from "./adoption_marks.ts";
import type { Planned } from "./planned.ts";

/**
 * Relation between a live object and a parent that needs an object of the same name.
 *
 * - `absent`: no object has the name.
 * - `owned`: the parent controls the object.
 * - `predecessor`: the controller is a deleted object of the parent's kind and name, with another UID. The garbage
 *   collector deletes the live object.
 * - `foreign`: any other object. The operator must not change it.
 */
export type Ownership = "absent" | "owned" | "foreign" | "predecessor";

/**
 * Returns how the live object relates to a parent that needs an object of the same name. The function compares UIDs,
 * see https://kubernetes.io/docs/concepts/overview/working-with-objects/owners-dependents/
 */
export function ownership(parent: KubeObject, live: KubeObject | undefined): Ownership {
  if (!live) return "absent";
  const owner = controllerOf(live);
  if (!owner) return "foreign";
  if (owner.uid === parent.metadata.uid) return "owned";
  return owner.kind === parent.kind && owner.name === parent.metadata.name &&
      groupOf(owner.apiVersion) === groupOf(parent.apiVersion)
    ? "predecessor"
    : "foreign";
}

/** Returns whether a live object without a controller has the same purpose as the planned object. */
export type HasSameIdentity = (planned: KubeObject, live: KubeObject) => boolean;

/**
 * Returns whether the live object is a former child that the parent may adopt. Such a child has lost its owner
 * reference in a deletion with `--cascade=orphan` or in a restore from a backup. If `hasSameIdentity` returns false,
 * the object was the child of a different parent.
 */
export function isOrphan(
  planned: KubeObject,
  live: KubeObject,
  hasSameIdentity: HasSameIdentity,
): boolean {
  return !controllerOf(live) && hasAdoptionMark(live) && hasSameIdentity(planned, live);
}

/** Returns the controller owner reference of an object; undefined if the object has none. */
export function controllerOf(object: KubeObject): OwnerReference | undefined {
  return object.metadata.ownerReferences?.find((owner) => owner.controller === true);
}

/** Describes the owner of an object in a message: `its owner is Kind "name"`, or `it has no owner`. */
export function describeOwner({ metadata: { ownerReferences = [] } }: KubeObject): string {
  const owner = ownerReferences.find(({ controller }) => controller) ?? ownerReferences[0];
  return owner ? `its owner is ${owner.kind} "${owner.name}"` : "it has no owner";
}

/**
 * Returns the owner reference that makes a parent the controller of a child. `blockOwnerDeletion` makes a foreground
 * deletion of the parent wait for the child.
 */
export function controllerReference(parent: KubeObject): OwnerReference {
  return { ...ownerReference(parent), controller: true, blockOwnerDeletion: true };
}

/**
 * Returns an owner reference without `controller`. The garbage collector deletes the object after all its owners are
 * deleted.
 */
export function ownerReference(parent: KubeObject): OwnerReference {
  const { apiVersion, kind, metadata: { name, uid } } = parent;
  if (!uid) {
    throw new Error(
      `Cannot set ${kind} "${name}" as an owner: it is not created yet and lacks a UID`,
    );
  }
  return { apiVersion, kind, name, uid };
}

/** Returns the manifest of a planned object with its owner references. Plans do not set owner references. */
export function withOwners(
  { manifest, policy, controlled, coOwners }: Omit<Planned, "resource">,
  parent: KubeObject,
  live: KubeObject | undefined,
): KubeObject {
  if (policy === "own" || controlled) {
    return controlledBy(manifest, controllerReference(parent));
  }
  if (!coOwners || coOwners.length === 0) return manifest;
  return withOwnerReferences(manifest, sharedOwners(coOwners, live));
}

/**
 * Returns the planned co-owners and the owners of the live object, because an apply removes the owners that it omits.
 * The result names no owner as the controller. If one owner were the controller, the operator would delete the object
 * as soon as this owner no longer needs it. The other owners may still need the object.
 */
function sharedOwners(
  coOwners: readonly KubeObject[],
  live: KubeObject | undefined,
): OwnerReference[] {
  const byUid = new Map<string, OwnerReference>();
  for (const { apiVersion, kind, name, uid } of live?.metadata.ownerReferences ?? []) {
    byUid.set(uid, { apiVersion, kind, name, uid });
  }
  for (const owner of coOwners.map(ownerReference)) byUid.set(owner.uid, owner);
  return [...byUid.values()].sort((a, b) => a.uid < b.uid ? -1 : 1);
}

/** Returns the manifest with the parent as its controller owner. */
export function withController<T extends KubeObject>(manifest: T, parent: KubeObject): T {
  return withOwnerReferences(manifest, [controllerReference(parent)]);
}

/** Returns the same object for equal arguments, so that callers can cache results by object. */
const controlledBy = oncePerObject((manifest: KubeObject, owner: OwnerReference) =>
  withOwnerReferences(manifest, [owner])
);

function withOwnerReferences<T extends KubeObject>(
  manifest: T,
  ownerReferences: OwnerReference[],
): T {
  return { ...manifest, metadata: { ...manifest.metadata, ownerReferences } };
}

/** Returns the group of an `apiVersion`; "" for the core group. */
function groupOf(apiVersion: string): string {
  return apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "";
}
