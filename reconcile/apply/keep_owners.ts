import type { KubeObject, OwnerReference } from "../../kube/object.ts";

/**
 * Returns the manifest of a shared object with the owners that the live object has besides the planned ones, each
 * as a plain owner: an apply that left them out would take them away, and with a controller among them the object
 * would go when that one goes. A plan that names no owners is left alone.
 */
export function keepOwners(manifest: KubeObject, live: KubeObject | undefined): KubeObject {
  const planned = manifest.metadata.ownerReferences;
  if (!planned || planned.length === 0) return manifest;
  const byUid = new Map<string, OwnerReference>();
  for (const owner of [...live?.metadata.ownerReferences ?? [], ...planned]) {
    byUid.set(owner.uid, plain(owner));
  }
  const ownerReferences = [...byUid.values()].sort((a, b) => a.uid < b.uid ? -1 : 1);
  return { ...manifest, metadata: { ...manifest.metadata, ownerReferences } };
}

function plain({ apiVersion, kind, name, uid }: OwnerReference): OwnerReference {
  return { apiVersion, kind, name, uid };
}
