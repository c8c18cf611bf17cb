import { ApiError, isAlreadyExists, isConflict, isInvalid } from "../../kube/errors.ts";
import type { KubeObject } from "../../kube/object.ts";
import { describeRef, refOf } from "./execution.ts";

/**
 * Returns whether a write failed because the object is not the one in the store: changed, deleted or created since. An apply
 * with the UID of a predecessor is refused (422) for the UID, perhaps beside other immutable fields.
 */
export function isStale(error: unknown): error is ApiError {
  return isConflict(error) || isAlreadyExists(error) ||
    (isInvalid(error) &&
      (error.details?.causes ?? []).some(({ field }) => field === "metadata.uid"));
}

const UNDECLARED = /(?:^|\s)\.(\S.*?): field not declared in schema/gm;

/**
 * Returns an error that names the fields which this API server does not know, with the remedy; any other error as it is.
 * Server-side apply refuses unknown fields, which come from manifests for a newer Kubernetes; a create would drop them.
 */
export function explainApplyError(error: unknown, manifest: KubeObject): unknown {
  if (!(error instanceof ApiError)) return error;
  const fields = [...error.message.matchAll(UNDECLARED)].map(([, path]) => `"${path}"`);
  if (fields.length === 0) return error;
  const object = describeRef(refOf(manifest));
  const message =
    `Cannot apply ${object}: this API server does not know the field ${fields.join(", ")}; ` +
    `remove it or upgrade the cluster`;
  return new Error(message, { cause: error });
}

/**
 * Returns whether a write failed because its namespace is being deleted. Children may be deleted before their parents
 * then, so every namespace deletion causes such errors.
 */
export function isNamespaceTerminating(error: unknown): boolean {
  return error instanceof ApiError && error.status === 403 &&
    (error.details?.causes ?? []).some(({ reason }) => reason === "NamespaceTerminating");
}
