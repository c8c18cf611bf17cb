import type { BenchCluster } from "./bench_cluster.ts";
import { createForeignObjects } from "./foreign_objects.ts";
import { measureRestart, type RestartFigures, type RestartOptions } from "./restart.ts";

/** Costs of operator starts without and with foreign objects in the cluster. The graphs are the same. */
export interface ForeignFigures {
  /** Number of foreign objects of each kind: ServiceAccounts, pull Secrets and RoleBindings. */
  objects: number;
  without: RestartFigures[];
  with: RestartFigures[];
}

export interface ForeignOptions extends RestartOptions {
  foreign: number;
  /**
   * Number of starts without foreign objects, and number of starts with them. The memory varies by 20 MB between
   * starts, so one start is not enough.
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
