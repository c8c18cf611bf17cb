import type { KubeObject, ObjectMeta } from "../../../kube/object.ts";
import { type Resource, resource } from "../../../kube/resource.ts";

/** An object of a custom kind for tests. */
export interface Thing extends KubeObject {
  status?: { state: string };
}

/** Resource of the kind Thing. */
export const things: Resource<Thing> = resource<Thing>({
  group: "example.com",
  version: "v1",
  kind: "Thing",
  plural: "things",
  namespaced: true,
});

/** Metadata of an object that is being deleted. */
export const DELETED = { deletionTimestamp: "2026-01-01T00:00:00Z" };

/** Returns Thing "a" in namespace "n". */
export function thing(metadata: Partial<ObjectMeta> = {}, status?: Thing["status"]): Thing {
  return {
    apiVersion: "example.com/v1",
    kind: "Thing",
    metadata: { name: "a", namespace: "n", uid: "u", resourceVersion: "5", ...metadata },
    ...(status && { status }),
  };
}
