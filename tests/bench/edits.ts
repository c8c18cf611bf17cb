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
  /** Number of reconciliations of all controllers during the series. */
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
 * Resync interval for the series with a backlog. The operator needs more time than this to reconcile all keys of 200
 * graphs.
 */
const RESYNC = "100ms";

/** Edits graphs one by one: first while the operator has no other work, then while frequent resyncs fill its queues. */
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
  // With frequent resyncs, the queues of the operator never become empty, so the benchmark does not wait for empty
  // queues.
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
