/** Test data for one rule for new objects: a valid and an invalid manifest, and the error message of the invalid one. */
export interface CreateRule {
  name: string;
  accepted: Record<string, unknown>;
  refused: Record<string, unknown>;
  message: string;
}

/** Test data for one rule for updates. An update from `stored` to `accepted` is valid, to each of `refused` invalid. */
export interface UpdateRule {
  name: string;
  stored: Record<string, unknown>;
  accepted: Record<string, unknown>;
  refused: Record<string, unknown>[];
  message: string;
}
