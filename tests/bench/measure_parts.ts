import type { BenchCluster } from "./bench_cluster.ts";
import { measureEdits } from "./edits.ts";
import type { SizeFigures } from "./figures.ts";
import { measureForeign } from "./foreign.ts";
import { measureOutage } from "./outage.ts";
import { measureRestart, type RestartFigures } from "./restart.ts";
import { measureResync } from "./resync.ts";
import { measureSharedModel } from "./shared_model.ts";

/** Calls `measure`; if it throws, reports the failure under `name` and returns undefined. */
export type Attempt = <T>(name: string, measure: () => Promise<T>) => Promise<T | undefined>;

export interface PartOptions {
  attempt: Attempt;
  /** File for the logs of the operators; if absent, the logs are discarded. */
  logFile?: string | undefined;
  /** Idle time before the memory of an operator is measured. */
  restMs: number;
  restarts: number;
  edits: number;
  /** Length of the outage of the API server; 0 skips this measurement. */
  outageSeconds: number;
  /** Number of components that share one model; 0 skips this measurement. */
  sharing: number;
  /** Number of foreign objects (objects of other users) of each kind; 0 skips this measurement. */
  foreign: number;
}

/** Measures the operator in a cluster where all children of the graphs exist. Stores the results in `figures`. */
export async function measureParts(
  bench: BenchCluster,
  figures: SizeFigures,
  options: PartOptions,
): Promise<void> {
  const { graphs } = figures;
  const { attempt, logFile, restMs, restarts, edits, outageSeconds, sharing, foreign } = options;
  const part = (name: string, measure: () => Promise<void>) =>
    attempt(`${graphs} graphs, ${name}`, measure);
  await part("size of the database", async () => {
    figures.databaseBytes = await databaseBytes(bench);
  });
  await part("restarts", async () => {
    const starts: RestartFigures[] = [];
    while (starts.length < restarts) starts.push(await measureRestart(bench, { graphs, logFile }));
    figures.restarts = starts;
  });
  await part("resync", async () => {
    figures.resync = await measureResync(bench, { graphs, logFile });
  });
  await part("edits", async () => {
    figures.edits = await measureEdits(bench, { graphs, edits, logFile });
  });
  if (outageSeconds > 0) {
    await part("outage of the API server", async () => {
      figures.outage = await measureOutage(bench, { graphs, outageSeconds, restMs });
    });
  }
  if (foreign > 0) {
    await part("foreign objects", async () => {
      figures.foreign = await measureForeign(bench, {
        graphs,
        foreign,
        restarts,
        restMs,
        logFile,
      });
    });
  }
  if (sharing > 0) {
    await part("components that share a model", async () => {
      figures.sharedModel = await measureSharedModel(bench, { components: sharing, logFile });
    });
  }
}

async function databaseBytes({ cluster }: BenchCluster): Promise<number> {
  return (await Deno.stat(`${cluster.folder}/etcd/member/snap/db`)).size;
}
