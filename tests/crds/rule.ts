/** Test data for a validation rule for new objects. The API server refuses `refused` with the error `message`. */
export interface CreateRule {
  name: string;
  accepted: Record<string, unknown>;
  refused: Record<string, unknown>;
  message: string;
}

/** Test data for a rule for updates. To change `stored` to `accepted` is valid, to any of `refused` is invalid. */
export interface UpdateRule {
  name: string;
  stored: Record<string, unknown>;
  accepted: Record<string, unknown>;
  refused: Record<string, unknown>[];
  message: string;
}
