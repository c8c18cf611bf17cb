import { startOperator } from "../../devcluster/operator_process.ts";
import { operatorState, untilDrained } from "../support/operator_state.ts";
import type { BenchCluster } from "./bench_cluster.ts";
import { launch, stopOperator } from "./bench_operator.ts";
import { createGraphEditor, type GraphEditor } from "./graph_editor.ts";
import { scale } from "./restart.ts";

/**
 * Results of a series of edits. Each time is measured from an edit of a graph until the graph's Deployment has changed.
 */
export interface EditSeries {
  timesMs: number[];
  reconciliations: number;
}

/** Results of two series of edits: one with an idle operator, and one with an operator whose queues are never empty. */
export interface EditFigures {
  idle: EditSeries;
  backlog: EditSeries;
}

export interface EditOptions {
  graphs: number;
  /** Number of edits in each series. */
  edits: number;
  logFile?: string | undefined;
}

/**
 * Resync interval for the series with a backlog. The operator needs more time than this to reconcile 200 graphs, so its
 * queues are never empty.
 */
const RESYNC = "100ms";

export async function measureEdits(
  bench: BenchCluster,
  options: EditOptions,
): Promise<EditFigures> {
  await using editor = await createGraphEditor(bench.admin);
  return {
    idle: await editSeries(bench, editor, options, []),
    backlog: await editSeries(bench, editor, options, [`--resync=${RESYNC}`]),
  };
}

async function editSeries(
  bench: BenchCluster,
  editor: GraphEditor,
  { graphs, edits, logFile }: EditOptions,
  flags: string[],
): Promise<EditSeries> {
  const { keys, deadlineMs } = scale(graphs);
  const operator = await startOperator(launch(bench, { logFile }, flags));
  // Frequent resyncs keep the queues filled, so the benchmark cannot wait for empty queues.
  const before = flags.length > 0
    ? await operatorState(operator.metricsUrl)
    : await untilDrained(operator.metricsUrl, { reconciliations: keys, deadlineMs });
  const timesMs: number[] = [];
  for (let count = 0; count < edits; count++) {
    // Spreads the edits over all graphs. Otherwise, all edits could affect the keys at the front of a queue.
    timesMs.push(await editor.edit(Math.floor((count * graphs) / edits)));
  }
  const after = await operatorState(operator.metricsUrl);
  await stopOperator(operator);
  return { timesMs, reconciliations: after.reconciliations - before.reconciliations };
}
