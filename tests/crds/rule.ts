/** Test data for a validation rule for new objects. The API server refuses `refused` with the error `message`. */
export interface CreateRule {
  name: string;
  accepted: Record<string, unknown>;
  refused: Record<string, unknown>;
  message: string;
}

/** Test data for an update rule: `stored` may be updated to `accepted`, but not to any of the objects in `refused`. */
export interface UpdateRule {
  name: string;
  stored: Record<string, unknown>;
  accepted: Record<string, unknown>;
  refused: Record<string, unknown>[];
  message: string;
}
