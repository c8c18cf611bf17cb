import type { TableDescription } from "@aws-sdk/client-dynamodb";
import { delay } from "../kube/clock.ts";
import { DeletionFailure } from "./deletion_failure.ts";
import type { RunContext } from "./run_context.ts";

const LOOK_AGAIN_MS = 2_000;
const CREATION_LIMIT_MS = 600_000;

/**
 * Describes a table that data can be read from and written to; one that is being created is waited for.
 *
 * @throws {DeletionFailure} TableNotReady in any other state, TableNotFound, or what a request ends with
 */
export async function waitForTable(context: RunContext, name: string): Promise<TableDescription> {
  const { clock, stop } = context;
  const giveUpAtMs = clock.now() + CREATION_LIMIT_MS;
  while (true) {
    const { Table } = await describe(context, name);
    const status = Table?.TableStatus;
    // Both let items be read and written (API reference, TableDescription).
    if (Table && (status === "ACTIVE" || status === "UPDATING")) return Table;
    const creating = status === "CREATING";
    if (!creating || clock.now() > giveUpAtMs) {
      throw new DeletionFailure(
        "TableNotReady",
        `Cannot delete from table "${name}" while it is ${
          status ?? "in an unknown state"
        }: it must be ACTIVE or UPDATING`,
        { retryable: creating },
      );
    }
    await delay(clock, LOOK_AGAIN_MS, stop);
    stop.throwIfAborted();
  }
}

/** DynamoDB's own message does not say which table it does not know. */
async function describe({ db, retry, stop }: RunContext, name: string) {
  try {
    return await retry.run((signal) => db.describeTable({ TableName: name }, signal), stop);
  } catch (error) {
    if (!(error instanceof DeletionFailure) || error.outcome !== "TableNotFound") throw error;
    const message = `There is no table "${name}": look at its name, the region and the account ` +
      `(${error.message})`;
    throw new DeletionFailure(error.outcome, message, { cause: error });
  }
}
