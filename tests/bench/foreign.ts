import type { BenchCluster } from "./bench_cluster.ts";
import { createForeignObjects } from "./foreign_objects.ts";
import { measureRestart, type RestartFigures, type RestartOptions } from "./restart.ts";

/**
 * Costs of starting the operator with and without foreign objects (objects of other users). The graphs are the same.
 */
export interface ForeignFigures {
  /** Number of foreign objects of each kind: ServiceAccounts, pull Secrets and RoleBindings. */
  objects: number;
  without: RestartFigures[];
  with: RestartFigures[];
}

export interface ForeignOptions extends RestartOptions {
  foreign: number;
  /**
   * Number of starts with foreign objects, and also without them. The memory varies by 20 MB between starts, so one
   * start is not enough.
   */
  restarts: number;
}

export async function measureForeign(
  bench: BenchCluster,
  { foreign, restarts, ...options }: ForeignOptions,
): Promise<ForeignFigures> {
  const starts = async () => {
    const figures: RestartFigures[] = [];
    while (figures.length < restarts) figures.push(await measureRestart(bench, options));
    return figures;
  };
  const without = await starts();
  await createForeignObjects(bench.admin, foreign);
  return { objects: foreign, without, with: await starts() };
}
