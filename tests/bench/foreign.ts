import type { BenchCluster } from "./bench_cluster.ts";
import { createForeignObjects } from "./foreign_objects.ts";
import { measureRestart, type RestartFigures, type RestartOptions } from "./restart.ts";

/**
 * Costs of starting the operator, without and with foreign objects in the cluster. The graphs are the same in both
 * cases.
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
   * How often to start the operator in each case: without and with foreign objects. One start is not enough, because
   * the memory varies by 20 MB between starts.
   */
  restarts: number;
}

/** Starts the operator several times before and after the creation of foreign objects. */
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
