import { ApiError, isConflict } from "../../kube/errors.ts";

/**
 * Returns whether the API server refuses a request for its content, so that the same request fails again until the object,
 * a child or a CRD changes. Such an answer is 400, or 422 with the fields at fault.
 *
 * Admission policies, webhooks and quotas answer 403, or 422 without fields. Their refusals are retried, because no watch
 * event reports that the reason has ended.
 */
export function isTerminal(error: unknown): boolean {
  if (error instanceof AggregateError) {
    return error.errors.length > 0 && error.errors.every(isTerminal);
  }
  if (error instanceof ApiError) {
    if (error.status === 400) return true;
    const namesField = error.details?.causes?.some(({ field }) => field) ?? false;
    return error.status === 422 && namesField && !isConflict(error);
  }
  return error instanceof Error && error.cause !== undefined && isTerminal(error.cause);
}
