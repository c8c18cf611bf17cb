import { ApiError } from "../../kube/errors.ts";

/**
 * Returns whether a write failed because its namespace is being deleted. Children may be deleted before their parents
 * then, so every namespace deletion causes such errors.
 */
export function isNamespaceTerminating(error: unknown): boolean {
  return error instanceof ApiError && error.status === 403 &&
    (error.details?.causes ?? []).some(({ reason }) => reason === "NamespaceTerminating");
}
