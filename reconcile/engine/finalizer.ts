import type { Client } from "../../kube/client.ts";
import { ignoreNotFound } from "../../kube/errors.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { Resource } from "../../kube/resource.ts";
import type { Store } from "../../kube/store.ts";
import type { Outcome } from "./outcome.ts";

/** A finalizer of a kind, and the cleanup that it guarantees. */
export interface Finalize<T> {
  /** Added before the first effect for an object; a paused object gets none. */
  finalizer: string;
  /**
   * Cleans up for an object that is being deleted, also if it is paused. Returns `done` when the finalizer may be removed;
   * any other outcome, or an error, keeps the finalizer.
   */
  cleanup(object: T, signal: AbortSignal): Promise<Outcome>;
}

/**
 * Sets the finalizers of an object as it was observed, and returns the stored object.
 *
 * @returns undefined if the object does not exist any more
 * @throws a conflict if the object has changed since
 */
export async function setFinalizers<T extends KubeObject>(
  { client, resource, store, signal }: {
    client: Pick<Client, "patch">;
    resource: Resource<T>;
    store: Pick<Store<T>, "write">;
    signal: AbortSignal;
  },
  { metadata }: T,
  finalizers: readonly string[],
): Promise<T | undefined> {
  const { resourceVersion } = metadata;
  const body = { metadata: { resourceVersion, finalizers } };
  const request = client.patch(resource, metadata, { type: "merge", body }, { signal });
  const stored = await ignoreNotFound(request);
  if (stored) store.write(stored);
  return stored;
}
