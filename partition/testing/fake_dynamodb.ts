import type {
  AttributeValue,
  BatchWriteItemInput,
  BatchWriteItemOutput,
  QueryInput,
  QueryOutput,
  TableDescription,
} from "@aws-sdk/client-dynamodb";
import type { DynamoDb } from "../client.ts";
import { canonicalKey, type Key } from "../key.ts";
import { serviceError } from "./service_error.ts";

/** Functions that return the fault of a call, or undefined for a regular response. `call` counts the calls from 1. */
export interface Faults {
  describe?: (call: number) => Error | TableDescription | undefined;
  query?: (call: number, input: QueryInput) => Error | undefined;
  /** `lost`: error that the table throws after the deletion. `unprocessed`: number of keys to return as unprocessed. */
  batch?: (
    call: number,
    keys: Key[],
  ) => Error | { lost: Error } | { unprocessed: number } | undefined;
}

/** In-memory table. It behaves like DynamoDB in all operations that a deletion uses. */
export interface FakeDynamoDb extends DynamoDb {
  put(...keys: Key[]): void;
  /** Returns the number of items of a partition. */
  count(value: AttributeValue): number;
  readonly calls: { describe: number; query: number; batch: number; refreshed: number };
  /** Highest number of batches that were in flight at the same time. */
  readonly mostAtOnce: number;
  /** Keys of each batch that a caller sent. */
  readonly batches: Key[][];
}

export interface FakeOptions {
  hash?: string;
  /** Name of the sort key, `sk` by default. An explicit undefined creates a table without a sort key. */
  range?: string | undefined;
  type?: "S" | "N" | "B";
  faults?: Faults;
  /** Whether responses contain the consumed capacity, which some endpoints do not report. */
  capacity?: boolean;
}

export function createFakeDynamoDb(options: FakeOptions = {}): FakeDynamoDb {
  const { hash = "pk", range = "sk", type = "S", faults = {}, capacity = true } = options;
  const items = new Map<string, Key>();
  const calls = { describe: 0, query: 0, batch: 0, refreshed: 0 };
  const batches: Key[][] = [];
  let atOnce = 0;
  let mostAtOnce = 0;
  const of = (value: AttributeValue | undefined) => {
    const wanted = canonicalKey({ value: value ?? { S: "" } });
    return [...items.entries()]
      .filter(([, key]) => canonicalKey({ value: key[hash] ?? { S: "" } }) === wanted)
      .sort(([a], [b]) => a < b ? -1 : 1);
  };

  const description: TableDescription = {
    TableStatus: "ACTIVE",
    KeySchema: [
      { AttributeName: hash, KeyType: "HASH" },
      ...(options.range === undefined && "range" in options
        ? []
        : [{ AttributeName: range, KeyType: "RANGE" as const }]),
    ],
    AttributeDefinitions: [{ AttributeName: hash, AttributeType: type }],
  };

  function page(input: QueryInput): QueryOutput {
    if (input.KeyConditionExpression !== "#pk = :pk") throw serviceError("ValidationException");
    const from = input.ExclusiveStartKey ? canonicalKey(input.ExclusiveStartKey) : "";
    const left = of(input.ExpressionAttributeValues?.[":pk"]).filter(([id]) => id > from);
    const shown = left.slice(0, input.Limit ?? 1000);
    const last = shown.at(-1)?.[1];
    return {
      Count: shown.length,
      ...(input.Select !== "COUNT" && { Items: shown.map(([, key]) => key) }),
      // Like DynamoDB, the table may return a `LastEvaluatedKey` although no item follows it.
      ...(last && left.length >= (input.Limit ?? 1000) && { LastEvaluatedKey: last }),
      ...(capacity && { ConsumedCapacity: { CapacityUnits: 1 } }),
    };
  }

  async function write(input: BatchWriteItemInput): Promise<BatchWriteItemOutput> {
    const [[table, requests] = ["", []]] = Object.entries(input.RequestItems ?? {});
    const keys = requests.flatMap(({ DeleteRequest }): Key[] =>
      DeleteRequest?.Key ? [DeleteRequest.Key] : []
    );
    const distinct = new Set(keys.map(canonicalKey));
    if (keys.length === 0 || keys.length > 25 || distinct.size !== keys.length) {
      throw serviceError("ValidationException");
    }
    batches.push(keys);
    calls.batch++;
    const fault = faults.batch?.(calls.batch, keys);
    // The delay makes a write slower than any other call.
    for (let turn = 0; turn < 50; turn++) await undefined;
    if (fault instanceof Error) throw fault;
    const unprocessed = fault && "unprocessed" in fault ? fault.unprocessed : 0;
    const done = keys.slice(unprocessed);
    for (const key of done) items.delete(canonicalKey(key));
    if (fault && "lost" in fault) throw fault.lost;
    return {
      UnprocessedItems: unprocessed === 0 ? {} : { [table]: requests.slice(0, unprocessed) },
      ...(capacity && { ConsumedCapacity: [{ CapacityUnits: done.length }] }),
    };
  }

  return {
    place: "region eu-west-1 at http://fake:8000",
    redact: (text) => text,
    calls,
    batches,
    get mostAtOnce() {
      return mostAtOnce;
    },
    put: (...keys) => keys.forEach((key) => items.set(canonicalKey(key), key)),
    count: (value) => of(value).length,
    async describeTable() {
      await undefined;
      calls.describe++;
      const fault = faults.describe?.(calls.describe);
      if (fault instanceof Error) throw fault;
      return { Table: fault ?? description };
    },
    async query(input) {
      await undefined;
      calls.query++;
      const fault = faults.query?.(calls.query, input);
      if (fault) throw fault;
      return page(input);
    },
    async batchWriteItem(input) {
      mostAtOnce = Math.max(mostAtOnce, ++atOnce);
      try {
        return await write(input);
      } finally {
        atOnce--;
      }
    },
    refreshCredentials: () => Promise.resolve(void calls.refreshed++),
  };
}
