import { getLogger } from "@logtape/logtape";
import { systemClock } from "../../kube/clock.ts";
import { createDynamoDb } from "../../partition/client.ts";
import { chooseConnection } from "../../partition/connection.ts";
import { deletePartition, type DeletionResult } from "../../partition/delete_partition.ts";
import { DeletionFailure } from "../../partition/deletion_failure.ts";
import { type DeletionReport, EXIT, PROGRESS_PATH } from "../../partition/report.ts";
import { openReportFile } from "../../partition/report_file.ts";
import { createReportRecorder } from "../../partition/report_recorder.ts";
import { checkValueDigest } from "../../partition/value_digest.ts";
import { type HttpServer, serveHttp } from "../../process/http_server.ts";
import { configureLogging } from "../../process/logging.ts";
import { describeFlags, helpRequested } from "../cli/flags.ts";
import { UsageError } from "../cli/usage_error.ts";
import { VERSION } from "../cli/version.ts";
import { environmentVariable as env } from "./environment.ts";
import {
  DELETE_PARTITION_FLAGS,
  type DeletePartitionOptions,
  readDeletePartitionOptions,
} from "./options.ts";
import { resultText, showProgress } from "./progress_display.ts";

/**
 * Stops a deletion. After SIGTERM or SIGINT, the deletion ends with a retryable error; at the deadline, it ends with a
 * terminal error.
 */
export interface DeletionStop {
  signal: AbortSignal;
  /** Starts a timer that stops the deletion after `deadlineMs`. The caller calls this method at most once. */
  setDeadline(deadlineMs: number): void;
}

/**
 * Deletes the partition that the command line names, and prints the result. On a terminal, the result is a few lines of
 * text; otherwise, it is JSON.
 *
 * @param stop stops the deletion; the caller has already installed the handlers for SIGTERM and SIGINT
 * @returns the exit code
 * @throws {UsageError} for an invalid command line
 */
export async function runDeletionCommand(
  args: readonly string[],
  stop: DeletionStop,
): Promise<number> {
  if (helpRequested(args)) {
    console.log("Usage: dynamo-operator delete-partition -t TABLE -p VALUE [flags]\n");
    console.log(describeFlags(DELETE_PARTITION_FLAGS));
    return EXIT.done;
  }
  const options = readDeletePartitionOptions(args, env);
  const canAsk = Deno.stdin.isTerminal();
  if (!options.skipConfirmation && !options.request.dryRun && !canAsk) {
    throw new UsageError(
      "Cannot ask for confirmation: standard input is not a terminal; give --skip-confirmation",
    );
  }
  if (options.deadlineMs !== undefined) stop.setDeadline(options.deadlineMs);
  const format = Deno.stderr.isTerminal() ? "text" : "json";
  await configureLogging({ level: options.logLevel, format });

  const file = options.terminationLog ? openReportFile(options.terminationLog) : undefined;
  let newest: DeletionReport | undefined;
  const server = progressServer(options, () => newest);
  const progress = showProgress();
  let result: DeletionResult;
  try {
    result = await runDeletion(options, stop.signal, (report) => {
      newest = report;
      file?.write(report);
      progress.show(report);
    });
  } finally {
    progress[Symbol.dispose]();
    file?.[Symbol.dispose]();
    await server?.close();
  }
  const { report, retryable } = result;
  const isDone = report.outcome === "Deleted" || report.outcome === "Counted";
  printResult(report, isDone);
  if (isDone) return EXIT.done;
  return retryable ? EXIT.retryable : EXIT.fatal;
}

async function runDeletion(
  options: DeletePartitionOptions,
  stop: AbortSignal,
  onChange: (report: DeletionReport) => void,
): Promise<DeletionResult> {
  const { request, skipConfirmation, region, endpointUrl } = options;
  try {
    checkValueDigest(request.partitionValue, options.valueDigest);
    const connection = chooseConnection({ region, endpointUrl, table: request.table }, env);
    const db = createDynamoDb({ connection, env, userAgent: `dynamo-operator/${VERSION}` });
    const log = getLogger(["dynamo-operator", "delete-partition"]);
    const { table } = request;
    log.info("Deleting a partition of table {table} in {place}", { table, place: db.place });
    return await deletePartition(request, {
      db,
      clock: systemClock,
      random: Math.random,
      stop,
      onChange,
      ...(!skipConfirmation && {
        confirm: (found: number) =>
          confirm(`\nDelete ${found} items of this partition of table "${table}" in ${db.place}?`),
      }),
    });
  } catch (error) {
    if (!(error instanceof DeletionFailure)) throw error;
    const recorder = createReportRecorder(systemClock, onChange);
    return { report: recorder.end(error.outcome, error.message), retryable: error.retryable };
  }
}

function progressServer(
  { progressAddress }: DeletePartitionOptions,
  newest: () => DeletionReport | undefined,
): HttpServer | undefined {
  if (progressAddress === undefined) return undefined;
  return serveHttp(progressAddress, {
    [PROGRESS_PATH]: () => {
      const report = newest();
      return report
        ? Response.json(report)
        : new Response("deletion not started yet\n", { status: 503 });
    },
  });
}

function printResult(report: DeletionReport, isDone: boolean) {
  if (Deno.stdout.isTerminal()) return console.log(resultText(report));
  console.log(JSON.stringify(report));
  const { outcome = "", message = "" } = report;
  const log = getLogger(["dynamo-operator", "delete-partition"]);
  log[isDone ? "info" : "error"]("{outcome}: {message}", { outcome, message });
}
