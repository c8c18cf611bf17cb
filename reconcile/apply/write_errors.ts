import { ApiError, isAlreadyExists, isConflict, isInvalid } from "../../kube/errors.ts";
import type { KubeObject } from "../../kube/object.ts";
import { describeRef, refOf } from "./execution.ts";

/** Error for a write that the operator did not send because the object has changed since it was stored. */
export class ObjectChangedError extends Error {
  override readonly name = "ObjectChangedError";

  constructor(object: KubeObject) {
    super(`Cannot write ${describeRef(refOf(object))}: it has changed since it was read`);
  }
}

/**
 * Returns whether a write failed because the object has changed. A retry of such a write needs the current version of
 * the object.
 */
export function isChanged(error: unknown): boolean {
  return isConflict(error) || error instanceof ObjectChangedError;
}

/**
 * Returns whether a write failed because the store is out of date: another client changed, deleted or created the
 * object. If the object has a new UID, the API server refuses an apply with 422 and names the UID among the causes.
 */
export function isStale(error: unknown): boolean {
  return isChanged(error) || isAlreadyExists(error) ||
    (isInvalid(error) &&
      (error.details?.causes ?? []).some(({ field }) => field === "metadata.uid"));
}

/**
 * Matches the API server's message about a field that its schema lacks. The API server refuses an apply of such a field
 * with status 500.
 */
const UNDECLARED = /(?:^|\s)\.(\S.*?): field not declared in schema/gm;

/**
 * Returns an error that names the fields that the API server's schema lacks; returns other errors unchanged. A manifest
 * for a newer Kubernetes version may contain such fields. Server-side apply refuses them, but a create request drops
 * them.
 */
export function explainApplyError(error: unknown, manifest: KubeObject): unknown {
  if (!(error instanceof ApiError)) return error;
  const fields = undeclaredFields(error).map((path) => `"${path}"`);
  if (fields.length === 0) return error;
  const object = describeRef(refOf(manifest));
  const message =
    `Cannot apply ${object}: this API server does not know the field ${fields.join(", ")}; ` +
    `remove it or upgrade the cluster`;
  return new Error(message, { cause: error });
}

/** Returns the sorted paths of the fields that the API server's schema lacks; an empty list for other errors. */
export function undeclaredFields(error: ApiError): string[] {
  // Sorts the fields, because the API server reports them in random order.
  return [...error.message.matchAll(UNDECLARED)].map(([, path = ""]) => path).sort();
}

/**
 * Returns whether a write failed because its namespace is being deleted. Every namespace deletion causes such errors:
 * Kubernetes may delete children before their parents, and the operator tries to recreate them.
 */
export function isNamespaceTerminating(error: unknown): boolean {
  return error instanceof ApiError && error.status === 403 &&
    (error.details?.causes ?? []).some(({ reason }) => reason === "NamespaceTerminating");
}
