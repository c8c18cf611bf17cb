/** Test data for a validation rule for new objects. The API server refuses `refused` with the error `message`. */
export interface CreateRule {
  name: string;
  accepted: Record<string, unknown>;
  refused: Record<string, unknown>;
  message: string;
}

/** Test data for a rule for updates. An update from `stored` to `accepted` is valid; one to any of `refused` is not. */
export interface UpdateRule {
  name: string;
  stored: Record<string, unknown>;
  accepted: Record<string, unknown>;
  refused: Record<string, unknown>[];
  message: string;
}
