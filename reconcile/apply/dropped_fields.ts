/**
 * What the API server did not keep of what was applied: fields behind feature gates, fields that a mutating webhook
 * sets otherwise. Without this memory each pass would find the same drift and apply it again.
 */
export interface NotKept {
  /** The paths that were not kept when this plan was applied to this object. */
  get(uid: string, planHash: string): ReadonlySet<string> | undefined;
  /** Remembers the outcome of an apply; returns whether something is new about it. */
  remember(uid: string, planHash: string, paths: readonly string[]): boolean;
}

// Only objects with such fields are in here; the bound is for a cluster where that is every one of them.
const MOST_OBJECTS = 10_000;

export function createNotKept(mostObjects = MOST_OBJECTS): NotKept {
  const known = new Map<string, { planHash: string; paths: ReadonlySet<string> }>();
  return {
    get(uid, planHash) {
      const entry = known.get(uid);
      return entry?.planHash === planHash ? entry.paths : undefined;
    },
    remember(uid, planHash, paths) {
      const before = known.get(uid);
      known.delete(uid);
      if (paths.length === 0) return false;
      const all = new Set(paths);
      known.set(uid, { planHash, paths: all });
      const [oldest] = known.keys();
      if (known.size > mostObjects && oldest !== undefined) known.delete(oldest);
      return before?.planHash !== planHash || paths.some((path) => !before.paths.has(path));
    },
  };
}
