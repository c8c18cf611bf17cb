/**
 * Test files that compare times with limits of a few hundred milliseconds. They run alone, after all other test files.
 */
const ALONE = new Set([
  "tests/bench_start_test.ts",
  "tests/hybrid_defaults_test.ts",
]);

/**
 * Test files that take more than 90 s. They start first, so that all clusters finish their tests at about the same
 * time.
 */
const LONG = new Set([
  "tests/bench_test.ts",
  "tests/demo_test.ts",
  "tests/grove_graph_test.ts",
  "tests/grove_refusals_test.ts",
  "tests/hybrid_test.ts",
  "tests/leader_test.ts",
  "tests/operator_process_test.ts",
  "tests/optional_kinds_test.ts",
  "tests/orchestrator_migration_test.ts",
  "tests/random_graphs_test.ts",
  "tests/rbac/full_use_test.ts",
]);

export function timesItself(file: string): boolean {
  return ALONE.has(file);
}

export function takesLong(file: string): boolean {
  return LONG.has(file);
}

/**
 * Calls `run` for the files in order, one file at a time per cluster. Returns the results in the order in which the
 * calls end.
 */
export async function inStreams<C, R>(
  files: readonly string[],
  clusters: readonly C[],
  run: (file: string, cluster: C) => Promise<R>,
): Promise<R[]> {
  const queue = [...files];
  const results: R[] = [];
  await Promise.all(clusters.map(async (cluster) => {
    for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
      results.push(await run(file, cluster));
    }
  }));
  return results;
}
