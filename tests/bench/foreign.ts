import type { BenchCluster } from "./bench_cluster.ts";
import { createForeignObjects } from "./foreign_objects.ts";
import { measureRestart, type RestartFigures, type RestartOptions } from "./restart.ts";

/** Starts of the operator with the same graphs, without and with objects of other users in the cluster. */
export interface ForeignFigures {
  /** Number of foreign ServiceAccounts, of pull Secrets and of RoleBindings, each. */
  objects: number;
  without: RestartFigures;
  with: RestartFigures;
}

/** Starts the operator before and after the creation of foreign objects. */
export async function measureForeign(
  bench: BenchCluster,
  { foreign, ...options }: RestartOptions & { foreign: number },
): Promise<ForeignFigures> {
  const without = await measureRestart(bench, options);
  await createForeignObjects(bench.admin, foreign);
  return { objects: foreign, without, with: await measureRestart(bench, options) };
}
