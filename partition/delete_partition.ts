import type { Clock } from "../kube/clock.ts";
import { createItemLimit } from "./item_limit.ts";
import { createConcurrencyLimit } from "./concurrency_limit.ts";
import { deleteRound } from "./delete_round.ts";
import type { DynamoDb } from "./dynamodb.ts";
import { DeletionFailure } from "./deletion_failure.ts";
import { type KeyType, readKeySchema } from "./key_schema.ts";
import { keyValue } from "./key_value.ts";
import { createRateLimit } from "./rate_limit.ts";
import type { Partition } from "./partition_query.ts";
import { createRetryDeadline, describe } from "./retry_deadline.ts";
import { countItems } from "./read_partition.ts";
import { waitForTable } from "./wait_for_table.ts";
import type { DeletionReport } from "./report.ts";
import { createRetry } from "./retry.ts";
import type { RunContext } from "./run_context.ts";
import { parseTableName, tableAllowed } from "./table_name.ts";
import { createReportRecorder } from "./report_recorder.ts";

/** How often items that come up again are deleted before somebody must be writing. */
const MAX_ROUNDS = 5;

/** The keys of so few items are kept from the count; of more they would be old, and many, when it is their turn. */
const FEW_ITEMS = 10_000;

/** What is to be deleted, and how. */
export interface DeletionRequest {
  /** Name or ARN of the table. */
  table: string;
  /** The partition key's value: text for S and N, base64 for B. */
  partitionValue: string;
  /** What the user takes the partition key's type for; refused if the table has another. */
  keyType?: KeyType;
  /** Counts and deletes nothing. */
  dryRun: boolean;
  /** More than so many items are not deleted, none of them. */
  maxItems?: number;
  itemsPerSecond?: number;
  maxConcurrency: number;
  /** Globs of tables that may be worked on; empty: all. */
  allowedTables: readonly string[];
}

export interface DeletionDependencies {
  db: DynamoDb;
  clock: Clock;
  /** In [0, 1). */
  random: () => number;
  /** Aborted, with a DeletionFailure as its reason, to end the run early; what is under way is finished first. */
  stop: AbortSignal;
  /** Called whenever the report changes, before the request is made that it announces. */
  onChange: (report: DeletionReport) => void;
  /** Asked between counting and deleting; absent: go on. */
  confirm?: (itemsFound: number) => boolean;
}

/** How a run ended. */
export interface DeletionResult {
  report: DeletionReport;
  /** Whether another run may end better. */
  retryable: boolean;
}

/**
 * Deletes every item of one partition: counts, deletes, and looks again, strongly consistent, until nothing is left.
 * Safe to repeat after any failure, since deleting what is gone succeeds. It never throws: a failure is the report's
 * outcome.
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
    const report = recorder.end(failure.outcome, tellable(failure, request.partitionValue));
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
  const few = request.dryRun ? 0 : FEW_ITEMS;
  const { items: found, keys } = await countItems(context, partition, few);
  recorder.found(found);
  stop.throwIfAborted();
  if (request.dryRun) return ["Counted", `${found} items would be deleted`];
  checkCount(found, request.maxItems);
  if (found > 0 && confirm && !confirm(found)) {
    throw new DeletionFailure("Interrupted", "Nothing was deleted: it was not confirmed");
  }

  const pass = {
    partition,
    workers: request.maxConcurrency,
    pace: createRateLimit(context.clock, request.itemsPerSecond),
    budget: createItemLimit(found, request.maxItems),
  };
  recorder.enter("Deleting");
  for (let passes = 1; passes <= MAX_ROUNDS; passes++) {
    // From the second on each pass verifies the one before, and deletes what has come up meanwhile.
    if (passes === 2) recorder.enter("Verifying");
    if (await deleteRound(context, pass, passes === 1 ? keys : undefined) === 0) {
      return ["Deleted", `${recorder.report().itemsDeleted} items were deleted, none is left`];
    }
  }
  throw new DeletionFailure(
    "ConcurrentWriters",
    `Items came up again after each of ${MAX_ROUNDS} passes: end what writes to the partition`,
  );
}

async function findPartition(request: DeletionRequest, context: RunContext): Promise<Partition> {
  const { text: table } = parseTableName(request.table);
  if (!tableAllowed(request.allowedTables, table)) {
    throw new DeletionFailure(
      "TableNotAllowed",
      `Cannot delete from table "${table}": the tables that may be worked on are ${
        request.allowedTables.map((glob) => `"${glob}"`).join(", ")
      }`,
    );
  }
  const schema = readKeySchema(await waitForTable(context, table));
  const { name, type } = schema.hash;
  if (request.keyType !== undefined && request.keyType !== type) {
    throw new DeletionFailure(
      "InvalidKey",
      `The partition key "${name}" of table "${table}" is of type ${type}, not ${request.keyType}`,
    );
  }
  return { table, schema, value: keyValue(request.partitionValue, type) };
}

function checkCount(found: number, maxItems: number | undefined) {
  if (maxItems === undefined || found <= maxItems) return;
  throw new DeletionFailure(
    "TooManyItems",
    // Attempts before this one may have deleted others, of which it does not know.
    `${found} items were found, and at most ${maxItems} may be deleted: none of them was`,
  );
}

function asFailure(error: unknown): DeletionFailure {
  if (error instanceof DeletionFailure) return error;
  return new DeletionFailure("InternalError", describe(error), { retryable: true, cause: error });
}

/** DynamoDB's own messages about a request may repeat the value that it does not like. */
function tellable({ outcome, message, cause }: DeletionFailure, value: string): string {
  // A short value would be found in any message; only those about an invalid request quote it.
  const mayQuote = outcome === "InvalidKey" || outcome === "InternalError" && value.length > 3;
  if (!mayQuote || cause === undefined || !message.includes(value)) return message;
  return "DynamoDB refused the request; its message holds the partition value and is left out";
}
