import type { Client } from "../../kube/client.ts";
import { ignoreNotFound, isConflict, isNotFound } from "../../kube/errors.ts";
import { sameJson } from "../../kube/json.ts";
import { type KubeObject, objectKey } from "../../kube/object.ts";
import type { Resource } from "../../kube/resource.ts";
import type { Store } from "../../kube/store.ts";
import type { StatusHold } from "./status_hold.ts";
import type { UnstoredFields } from "./unstored_fields.ts";

/** Target of a write: the kind of the reconciled object, the store, and the client. */
export interface WriteTarget<T extends KubeObject> {
  client: Pick<Client, "patch" | "patchStatus">;
  resource: Resource<T>;
  store: Pick<Store<T>, "write">;
  unstored?: UnstoredFields | undefined;
  /** Delays status writes; by default, each status is written immediately. */
  hold?: StatusHold | undefined;
  signal: AbortSignal;
}

/**
 * Result of writing a status: the stored object, or the reason why the API server did not store the status. `waitMs` is
 * the time until a delayed (`held`) status is due. `isExact` is true if the API server stored the status exactly as it
 * was sent.
 */
export type StatusWrite<T> =
  | { result: "unchanged"; stored: T }
  | { result: "written"; stored: T; isExact: boolean }
  | { result: "held"; stored: T; waitMs: number }
  | { result: "notFound" }
  | { result: "conflict" };

/**
 * Writes the status of an object if it differs from the observed status. The patch contains the observed
 * resourceVersion, so that the API server refuses the patch if the object has changed since then.
 *
 * @param delayMs how long the stored status may stay outdated before it is written, in milliseconds
 */
export async function writeStatusIfChanged<T extends KubeObject & { status?: unknown }>(
  { client, resource, store, unstored, hold, signal }: WriteTarget<T>,
  object: T,
  status: T["status"],
  delayMs = 0,
): Promise<StatusWrite<T>> {
  const sent = unstored?.strip(status) ?? status;
  const key = objectKey(object.metadata);
  if (sameJson(object.status ?? {}, sent ?? {})) {
    hold?.end(key);
    return { result: "unchanged", stored: object };
  }
  const waitMs = hold?.waitMs(object, delayMs) ?? 0;
  if (waitMs > 0) return { result: "held", stored: object, waitMs };
  try {
    const stored = await client.patchStatus(resource, object, sent, { signal });
    hold?.end(key);
    store.write(stored);
    unstored?.compare(sent, stored.status);
    return { result: "written", stored, isExact: sameJson(stored.status ?? {}, sent ?? {}) };
  } catch (error) {
    if (isNotFound(error)) return { result: "notFound" };
    if (isConflict(error)) return { result: "conflict" };
    throw error;
  }
}

/**
 * Sets the finalizers of an object. Returns the stored object; undefined if the object no longer exists. Throws a
 * conflict if the object has changed since it was observed.
 */
export async function setFinalizers<T extends KubeObject>(
  { client, resource, store, signal }: WriteTarget<T>,
  { metadata }: T,
  finalizers: readonly string[],
): Promise<T | undefined> {
  const body = { metadata: { resourceVersion: metadata.resourceVersion, finalizers } };
  const request = client.patch(resource, metadata, { type: "merge", body }, { signal });
  const stored = await ignoreNotFound(request);
  if (stored) store.write(stored);
  return stored;
}
