import type { TableDescription } from "@aws-sdk/client-dynamodb";
import { delay } from "../kube/clock.ts";
import { DeletionFailure } from "./deletion_failure.ts";
import type { RunContext } from "./run_context.ts";

const POLL_INTERVAL_MS = 2_000;
const CREATION_TIMEOUT_MS = 600_000;

/**
 * Waits until clients can read and write the items of a table, and returns the table's description. Waits up to ten
 * minutes while the table is being created.
 *
 * @throws {DeletionFailure} TableNotReady if the creation takes longer or the table is in another state; TableNotFound
 *   if the table does not exist; any other failure of DescribeTable
 */
export async function waitForTable(context: RunContext, name: string): Promise<TableDescription> {
  const { clock, stop } = context;
  const deadlineMs = clock.now() + CREATION_TIMEOUT_MS;
  while (true) {
    const { Table } = await describe(context, name);
    const status = Table?.TableStatus ?? "unknown";
    // In the states ACTIVE and UPDATING, clients can read and write items (API reference, TableDescription).
    if (Table && (status === "ACTIVE" || status === "UPDATING")) return Table;
    const creating = status === "CREATING";
    if (!creating || clock.now() > deadlineMs) {
      throw new DeletionFailure(
        "TableNotReady",
        `Cannot delete from table "${name}" in state ${status}: wait until it is ACTIVE or UPDATING`,
        { retryable: creating },
      );
    }
    await delay(clock, POLL_INTERVAL_MS, stop);
    stop.throwIfAborted();
  }
}

/** Sends DescribeTable. DynamoDB's error for a missing table omits the table name, so this function adds it. */
async function describe({ db, retry, stop }: RunContext, name: string) {
  try {
    return await retry.run((signal) => db.describeTable({ TableName: name }, signal), stop);
  } catch (error) {
    if (!(error instanceof DeletionFailure) || error.outcome !== "TableNotFound") throw error;
    const message =
      `Cannot find table "${name}" in ${db.place}: check its name, the region and the AWS account (${error.message})`;
    throw new DeletionFailure(error.outcome, message, { cause: error });
  }
}
