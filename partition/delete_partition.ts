import { createConcurrencyLimit } from "./concurrency_limit.ts";
import { deleteRound } from "./delete_round.ts";
import { DeletionFailure, describeError } from "./deletion_failure.ts";
import { createItemLimit, createRateLimit } from "./run_limits.ts";
import { keySchemaOf, type KeyType, keyValue } from "./key.ts";
import { countItems, type Partition } from "./read_partition.ts";
import type { DeletionReport } from "./report.ts";
import { createReportRecorder } from "./report_recorder.ts";
import { createRetry } from "./retry.ts";
import { createRetryDeadline } from "./retry_deadline.ts";
import type { RunContext } from "./run_context.ts";
import { parseTableName, tableAllowed } from "./table_name.ts";
import { waitForTable } from "./wait_for_table.ts";

/** Maximum number of rounds. A round lists all items and deletes them. A round without items ends the deletion. */
const MAX_ROUNDS = 5;

/**
 * Approximate maximum number of keys that `countItems` keeps for the first round of deletion. The maximum limits memory
 * use and the age of the keys.
 */
const KEPT_KEYS = 10_000;

/** Partition to delete, and settings of the deletion. */
export interface DeletionRequest {
  /** Name or ARN of the table. */
  table: string;
  /** Value of the partition key: text for types S and N, base64 for B. */
  partitionValue: string;
  /** Expected type of the partition key. The deletion fails if the partition key of the table has another type. */
  keyType?: KeyType;
  /** Whether the deletion only counts the items and deletes nothing. */
  dryRun: boolean;
  /** Maximum number of items. If the partition has more items, nothing is deleted. */
  maxItems?: number;
  itemsPerSecond?: number;
  maxConcurrency: number;
  /** Globs that match the tables from which items may be deleted. An empty list allows all tables. */
  allowedTables: readonly string[];
}

/** Functions and services that a deletion uses. */
export interface DeletionDependencies extends Pick<RunContext, "db" | "clock" | "random" | "stop"> {
  /** Receives the report after each change. The report counts items as in flight before their request is sent. */
  onChange: (report: DeletionReport) => void;
  /** Asks the user for confirmation after the count. By default, the items are deleted without confirmation. */
  confirm?: (itemsFound: number) => boolean;
}

/** Result of a deletion. */
export interface DeletionResult {
  report: DeletionReport;
  /** Whether another attempt may succeed after a failure. */
  retryable: boolean;
}

/**
 * Deletes every item of one partition: counts the items, deletes them, and lists the partition with consistent reads
 * until it is empty. A caller may repeat the deletion after any failure, because deleting an absent item succeeds. This
 * function never throws: after a failure, the report contains the outcome and the message.
 */
export async function deletePartition(
  request: DeletionRequest,
  dependencies: DeletionDependencies,
): Promise<DeletionResult> {
  const { db, clock, random, stop, onChange } = dependencies;
  const recorder = createReportRecorder(clock, onChange);
  const retry = createRetry({
    clock,
    random,
    concurrency: createConcurrencyLimit(request.maxConcurrency),
    retryDeadline: createRetryDeadline(clock),
    refreshCredentials: db.refreshCredentials,
    onThrottle: recorder.throttled,
  });
  recorder.enter("Starting");
  try {
    const context: RunContext = { db, clock, random, stop, recorder, retry };
    const [outcome, message] = await run(request, context, dependencies.confirm);
    return { report: recorder.end(outcome, message), retryable: false };
  } catch (error) {
    const failure = asFailure(error);
    const report = recorder.end(
      failure.outcome,
      db.redact(redacted(failure, request.partitionValue)),
    );
    return { report, retryable: failure.retryable };
  }
}

async function run(
  request: DeletionRequest,
  context: RunContext,
  confirm: DeletionDependencies["confirm"],
): Promise<["Deleted" | "Counted", string]> {
  const { recorder, stop } = context;
  const partition = await findPartition(request, context);
  recorder.enter("Counting");
  const keptKeys = request.dryRun ? 0 : KEPT_KEYS;
  const { items: found, keys } = await countItems(context, partition, keptKeys);
  recorder.found(found);
  stop.throwIfAborted();
  if (request.dryRun) return ["Counted", `Dry run: ${found} items would be deleted`];
  const { maxItems = Infinity } = request;
  if (found > maxItems) {
    // The message describes only the items that this attempt found, because an earlier attempt may have deleted other
    // items.
    const message =
      `Found ${found} items, more than the limit of ${maxItems}: none of them was deleted`;
    throw new DeletionFailure("TooManyItems", message);
  }
  if (found > 0 && confirm && !confirm(found)) {
    throw new DeletionFailure("Interrupted", "Nothing was deleted: the user did not confirm");
  }

  const round = {
    partition,
    workers: request.maxConcurrency,
    rateLimit: createRateLimit(context.clock, request.itemsPerSecond),
    itemLimit: createItemLimit(found, request.maxItems),
  };
  recorder.enter("Deleting");
  for (let rounds = 1; rounds <= MAX_ROUNDS; rounds++) {
    // The second and later rounds check that the partition is empty, and delete items that another client has written.
    if (rounds === 2) recorder.enter("Verifying");
    if (await deleteRound(context, round, rounds === 1 ? keys : undefined) === 0) {
      const { itemsDeleted } = recorder.report();
      return ["Deleted", `Deleted ${itemsDeleted} items; the partition is empty`];
    }
  }
  throw new DeletionFailure(
    "ConcurrentWriters",
    `The partition still contained items in each of ${MAX_ROUNDS} rounds of deletion: stop the clients that write to it`,
  );
}

async function findPartition(request: DeletionRequest, context: RunContext): Promise<Partition> {
  const { text: table } = parseTableName(request.table);
  if (!tableAllowed(request.allowedTables, table)) {
    const allowed = request.allowedTables.map((glob) => `"${glob}"`).join(", ");
    throw new DeletionFailure(
      "TableNotAllowed",
      `Cannot delete from table "${table}": the allowed tables are ${allowed}`,
    );
  }
  const schema = keySchemaOf(await waitForTable(context, table));
  const { name, type } = schema.hash;
  if (request.keyType !== undefined && request.keyType !== type) {
    throw new DeletionFailure(
      "InvalidKey",
      `The partition key "${name}" of table "${table}" is of type ${type}, not ${request.keyType}`,
    );
  }
  return { table, schema, value: keyValue(request.partitionValue, type) };
}

function asFailure(error: unknown): DeletionFailure {
  if (error instanceof DeletionFailure) return error;
  const message = describeError(error);
  return new DeletionFailure("InternalError", message, { retryable: true, cause: error });
}

/** Returns the message of a failure. Replaces a DynamoDB message that contains the partition value. */
function redacted({ outcome, message, cause }: DeletionFailure, value: string): string {
  // Only InvalidKey and InternalError messages can contain the value. A very short value may match an InternalError
  // message by chance.
  const mayQuote = outcome === "InvalidKey" || outcome === "InternalError" && value.length > 3;
  if (!mayQuote || cause === undefined || !message.includes(value)) return message;
  return "DynamoDB refused the request; its message is omitted because it contains the partition value";
}
