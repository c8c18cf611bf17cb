/** Test data for one rule for new objects. `message` is the error message of the API server for `refused`. */
export interface CreateRule {
  name: string;
  accepted: Record<string, unknown>;
  refused: Record<string, unknown>;
  message: string;
}

/** Test data for one rule for updates. `stored` may be updated to `accepted`, but not to any object of `refused`. */
export interface UpdateRule {
  name: string;
  stored: Record<string, unknown>;
  accepted: Record<string, unknown>;
  refused: Record<string, unknown>[];
  message: string;
}
