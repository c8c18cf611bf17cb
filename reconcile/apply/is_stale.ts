import { ApiError, isAlreadyExists, isConflict, isInvalid } from "../../kube/errors.ts";

/**
 * Whether a write failed only because the object is not the one that was seen: changed, gone, made, or made anew since.
 * For an apply that carries the UID of an object that was made anew, the API server says that the UID is immutable.
 */
export function isStale(error: unknown): error is ApiError {
  return isConflict(error) || isAlreadyExists(error) ||
    (isInvalid(error) &&
      (error.details?.causes ?? []).some(({ field }) => field === "metadata.uid"));
}
