import type { KubeObject, ObjectMeta } from "../../../kube/object.ts";
import { type Resource, resource } from "../../../kube/resource.ts";

export interface Thing extends KubeObject {
  status?: { state: string };
}

export const things: Resource<Thing> = resource<Thing>({
  group: "example.com",
  version: "v1",
  kind: "Thing",
  plural: "things",
  namespaced: true,
});

export const DELETED = { deletionTimestamp: "2026-01-01T00:00:00Z" };

export function thing(metadata: Partial<ObjectMeta> = {}, status?: Thing["status"]): Thing {
  return {
    apiVersion: "example.com/v1",
    kind: "Thing",
    metadata: { name: "a", namespace: "n", uid: "u", resourceVersion: "5", ...metadata },
    ...(status && { status }),
  };
}
