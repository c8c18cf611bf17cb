import type { KubeObject } from "../../kube/object.ts";
import type { Resource } from "../../kube/resource.ts";
import type { Manager } from "../engine/manager.ts";
import { done } from "../engine/outcome.ts";
import { finalizerKinds } from "./children.ts";
import { removeFinalizer } from "./remove_finalizer.ts";

/**
 * Adds a controller for a kind that this operator does not reconcile. It only removes the finalizer of the Go operator
 * from objects that are being deleted, because the finalizer would keep the object and its namespace forever.
 */
export function finalizerController(manager: Manager, resource: Resource<KubeObject>): void {
  const { client } = manager;
  const kinds = manager.watch(finalizerKinds(resource));
  const { store } = kinds.own;
  manager.controller({
    name: resource.kind.toLowerCase(),
    workers: 1,
    kinds,
    async reconcile(key, signal) {
      await removeFinalizer({ client, resource, store, signal }, store.get(key));
      return done;
    },
  });
}
