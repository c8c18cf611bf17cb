import type { BenchCluster } from "./bench_cluster.ts";
import { createForeignObjects } from "./foreign_objects.ts";
import { measureRestart, type RestartFigures, type RestartOptions } from "./restart.ts";

/** Starts of the operator with the same graphs, before and after the creation of foreign objects. */
export interface ForeignFigures {
  /** Number of foreign ServiceAccounts, of pull Secrets and of RoleBindings, each. */
  objects: number;
  without: RestartFigures[];
  with: RestartFigures[];
}

export interface ForeignOptions extends RestartOptions {
  foreign: number;
  /** Number of starts without and with the objects. One start is not enough, because its memory varies by 20 MB. */
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
