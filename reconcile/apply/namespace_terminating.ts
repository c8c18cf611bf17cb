import { ApiError } from "../../kube/errors.ts";

/**
 * Whether a write failed because its namespace is going. Children may go before their parents then, so this is met in
 * the ordinary course of a deletion.
 */
export function isNamespaceTerminating(error: unknown): boolean {
  return error instanceof ApiError && error.status === 403 &&
    (error.details?.causes ?? []).some(({ reason }) => reason === "NamespaceTerminating");
}
