/**
 * One rule about new objects: a manifest that keeps it, one that breaks it, and what the user is
 * told.
 */
export interface CreateRule {
  name: string;
  accepted: Record<string, unknown>;
  refused: Record<string, unknown>;
  message: string;
}

/** One rule about changes: each version of `stored` may become `accepted` and none of `refused`. */
export interface UpdateRule {
  name: string;
  stored: Record<string, unknown>;
  accepted: Record<string, unknown>;
  refused: Record<string, unknown>[];
  message: string;
}
