import { getLogger } from "@logtape/logtape";
import { systemClock } from "../../kube/clock.ts";
import { createDynamoDb } from "../../partition/client.ts";
import { chooseConnection, type Connection } from "../../partition/connection.ts";
import { deletePartition, type DeletionResult } from "../../partition/delete_partition.ts";
import type { DynamoDb } from "../../partition/dynamodb.ts";
import { DeletionFailure } from "../../partition/deletion_failure.ts";
import { resultText } from "../../partition/progress_text.ts";
import { type DeletionReport, EXIT, PROGRESS_PATH } from "../../partition/report.ts";
import { openReportFile } from "../../partition/report_file.ts";
import { createReportRecorder } from "../../partition/report_recorder.ts";
import { type HttpServer, serveHttp } from "../../process/http_server.ts";
import { configureLogging } from "../../process/logging.ts";
import { DELETE_PARTITION_FLAGS } from "./flags.ts";
import { type DeletePartitionOptions, readDeletePartitionOptions } from "./options.ts";
import { showProgress } from "./progress_display.ts";
import { describeFlags, helpRequested } from "../cli/flags.ts";
import type { StopListener } from "./stop_listener.ts";
import { UsageError } from "../cli/usage_error.ts";
import { VERSION } from "../cli/version.ts";

const env = (name: string) => Deno.env.get(name);

/**
 * Does what `dynamo-operator delete-partition` was asked to. The result goes to standard output: JSON, or a few lines on
 * a terminal.
 *
 * @param stop listening already
 * @returns the exit code
 * @throws {UsageError} for a command line that cannot be understood
 */
export async function runDeletionCommand(
  args: readonly string[],
  stop: StopListener,
): Promise<number> {
  if (helpRequested(args)) {
    console.log("Usage: dynamo-operator delete-partition -t TABLE -p VALUE [flags]\n");
    console.log(describeFlags(DELETE_PARTITION_FLAGS));
    return EXIT.done;
  }
  const options = readDeletePartitionOptions(args, env);
  const mayAsk = Deno.stdin.isTerminal();
  if (!options.skipConfirmation && !options.request.dryRun && !mayAsk) {
    throw new UsageError(
      "Nobody can be asked whether to delete, since standard input is no terminal: give --skip-confirmation",
    );
  }
  if (options.deadlineMs !== undefined) stop.endAfter(options.deadlineMs);
  const format = Deno.stderr.isTerminal() ? "text" : "json";
  await configureLogging({ level: options.logLevel, format });

  const file = options.terminationLog ? openReportFile(options.terminationLog) : undefined;
  let newest: DeletionReport | undefined;
  const server = progressServer(options, () => newest);
  const progress = showProgress();
  let end: DeletionResult;
  try {
    end = await runDeletion(options, stop.signal, (report) => {
      newest = report;
      file?.write(report);
      progress.show(report);
    });
  } finally {
    progress[Symbol.dispose]();
    file?.[Symbol.dispose]();
    await server?.close();
  }
  tellResult(end.report);
  return exitCode(end);
}

async function runDeletion(
  options: DeletePartitionOptions,
  stop: AbortSignal,
  onChange: (report: DeletionReport) => void,
): Promise<DeletionResult> {
  const { request, skipConfirmation } = options;
  let connected: { db: DynamoDb; connection: Connection };
  try {
    connected = connect(options);
  } catch (error) {
    if (!(error instanceof DeletionFailure)) throw error;
    const recorder = createReportRecorder(systemClock, onChange);
    return { report: recorder.end(error.outcome, error.message), retryable: error.retryable };
  }
  const { db, connection } = connected;
  const where = connection.endpoint ?? connection.region;
  const log = getLogger(["dynamo-operator", "delete-partition"]);
  log.info("Deleting a partition of table {table} at {where}", { table: request.table, where });
  return await deletePartition(request, {
    db,
    clock: systemClock,
    random: Math.random,
    stop,
    onChange,
    ...(!skipConfirmation && {
      confirm: (found: number) =>
        confirm(`\nDelete ${found} items of this partition of "${request.table}" at ${where}?`),
    }),
  });
}

function connect(
  { region, endpointUrl }: DeletePartitionOptions,
): { db: DynamoDb; connection: Connection } {
  const connection = chooseConnection({ region, endpointUrl }, env);
  const userAgent = `dynamo-operator/${VERSION}`;
  return { connection, db: createDynamoDb({ connection, env, userAgent }) };
}

function progressServer(
  { progressAddress }: DeletePartitionOptions,
  newest: () => DeletionReport | undefined,
): HttpServer | undefined {
  if (progressAddress === undefined) return undefined;
  return serveHttp(progressAddress, {
    [PROGRESS_PATH]: () => {
      const report = newest();
      return report ? Response.json(report) : new Response("not yet\n", { status: 503 });
    },
  });
}

function tellResult(report: DeletionReport) {
  if (Deno.stdout.isTerminal()) return console.log(resultText(report));
  console.log(JSON.stringify(report));
  const { outcome = "", message = "" } = report;
  const log = getLogger(["dynamo-operator", "delete-partition"]);
  const done = outcome === "Deleted" || outcome === "Counted";
  log[done ? "info" : "error"]("{outcome}: {message}", { outcome, message });
}

function exitCode({ report, retryable }: DeletionResult): number {
  if (report.outcome === "Deleted" || report.outcome === "Counted") return EXIT.done;
  return retryable ? EXIT.retryable : EXIT.fatal;
}
