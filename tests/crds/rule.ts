/** A rule for new objects: a manifest that keeps it, one that breaks it, and the error message. */
export interface CreateRule {
  name: string;
  accepted: Record<string, unknown>;
  refused: Record<string, unknown>;
  message: string;
}

/** A rule for updates: `stored` may become `accepted`, and none of `refused`. */
export interface UpdateRule {
  name: string;
  stored: Record<string, unknown>;
  accepted: Record<string, unknown>;
  refused: Record<string, unknown>[];
  message: string;
}
