/** Values of all labels of a series, keyed by label name. */
export type Labels = Readonly<Record<string, string>>;

/** The series of one metric. */
export interface SeriesMap<S> {
  /** Returns the series with these labels, and creates it if it is absent. Throws if a label is missing or unknown. */
  get(labels: Labels): S;
  delete(labels: Labels): void;
  /** Returns all series with the text of their labels, oldest first. */
  entries(): Iterable<[text: string, series: S]>;
}

/**
 * Node of the tree that stores the series. Each level of the tree belongs to one label, and each child of a node
 * belongs to one value of that label.
 */
interface Branch<S> {
  readonly branches: Map<string, Branch<S>>;
  /** The series; set only in leaf nodes. */
  series?: S;
}

/**
 * Creates an empty map for the series of a metric. The map stores the series in a tree of label values, because a
 * lookup by the text of the labels takes eight times as long.
 *
 * @param names names of the labels
 * @param textOf returns the text of the labels; throws if a label is missing or unknown
 */
export function createSeriesMap<S>(
  names: readonly string[],
  textOf: (labels: Labels) => string,
  create: () => S,
): SeriesMap<S> {
  const all = new Map<string, S>();
  const root: Branch<S> = { branches: new Map() };

  function find(labels: Labels): S | undefined {
    let branch: Branch<S> | undefined = root;
    for (const name of names) {
      const value = labels[name];
      branch = value === undefined ? undefined : branch?.branches.get(value);
    }
    return Object.keys(labels).length === names.length ? branch?.series : undefined;
  }

  function add(labels: Labels): S {
    const text = textOf(labels);
    let branch = root;
    for (const name of names) {
      const value = labels[name] ?? "";
      const next = branch.branches.get(value) ?? { branches: new Map() };
      branch.branches.set(value, next);
      branch = next;
    }
    branch.series = create();
    all.set(text, branch.series);
    return branch.series;
  }

  /** Deletes the series with these labels below `branch`. Returns whether `branch` is then empty. */
  function prune(branch: Branch<S>, labels: Labels, depth: number): boolean {
    const name = names[depth];
    if (name === undefined) {
      delete branch.series;
      return true;
    }
    const value = labels[name] ?? "";
    const next = branch.branches.get(value);
    if (next && prune(next, labels, depth + 1)) branch.branches.delete(value);
    return branch.branches.size === 0;
  }

  return {
    get: (labels) => find(labels) ?? add(labels),
    delete(labels) {
      if (all.delete(textOf(labels))) prune(root, labels, 0);
    },
    entries: () => all,
  };
}
