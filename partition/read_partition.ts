import type { AttributeValue, QueryCommandInput, QueryOutput } from "@aws-sdk/client-dynamodb";
import type { Key, KeySchema } from "./key.ts";
import type { RunContext } from "./run_context.ts";

// Maximum number of items per page of a query. DynamoDB also ends a page at 1 MB. Without this limit, DynamoDB Local
// reads a page more slowly if many items follow it. Large pages take less time in total than small pages.
const PAGE_ITEMS = 2_500;
const COUNT_PAGE_ITEMS = 5_000;

/** A partition of a table, identified by the value of its partition key. */
export interface Partition {
  /** Name or ARN of the table. */
  table: string;
  schema: KeySchema;
  value: AttributeValue;
}

/**
 * Returns the common part of all queries of a partition. Expressions contain an alias of the key attribute's name,
 * because the name may be a reserved word or contain invalid characters. The reads are strongly consistent, so that the
 * counts in the report are exact.
 */
function partitionQuery({ table, schema, value }: Partition): QueryCommandInput {
  return {
    TableName: table,
    KeyConditionExpression: "#pk = :pk",
    ExpressionAttributeNames: { "#pk": schema.hash.name },
    ExpressionAttributeValues: { ":pk": value },
    ConsistentRead: true,
  };
}

/** Returns the input of a query that counts items. */
export function countQuery(partition: Partition): QueryCommandInput {
  return { ...partitionQuery(partition), Select: "COUNT", Limit: COUNT_PAGE_ITEMS };
}

/** Returns the input of a query that lists keys. */
export function keysQuery(partition: Partition): QueryCommandInput {
  const { hash, range } = partition.schema;
  return {
    ...partitionQuery(partition),
    ProjectionExpression: range === undefined ? "#pk" : "#pk, #sk",
    ExpressionAttributeNames: { "#pk": hash.name, ...(range !== undefined && { "#sk": range }) },
    Limit: PAGE_ITEMS,
  };
}

/** Result of `countItems`. */
export interface Counted {
  items: number;
  /** All keys of a small partition, so that the deletion need not list them again. Absent for a larger partition. */
  keys?: Key[];
}

/** Counts the items of a partition. For up to about `keptKeys` items, the result also contains all keys. */
export async function countItems(
  context: RunContext,
  partition: Partition,
  keptKeys: number,
): Promise<Counted> {
  const keys: Key[] = [];
  let last: Key | undefined;
  if (keptKeys > 0) {
    for await (const page of pages(context, keysQuery(partition))) {
      keys.push(...page.Items ?? []);
      last = lastKeyOf(page);
      if (keys.length >= keptKeys) break;
    }
    if (!last) return { items: keys.length, keys };
  }
  let items = keys.length;
  for await (const page of pages(context, countQuery(partition), last)) {
    items += page.Count ?? 0;
  }
  return { items };
}

/** Lists the keys of a partition. Yields one page of keys at a time. */
export async function* readKeys(
  context: RunContext,
  partition: Partition,
): AsyncGenerator<Key[], void> {
  for await (const page of pages(context, keysQuery(partition))) yield page.Items ?? [];
}

/** Reads all pages of a query. Only a page without `LastEvaluatedKey` is the last page; earlier pages may be empty. */
async function* pages(
  { db, retry, recorder, stop }: RunContext,
  query: QueryCommandInput,
  after?: Key,
): AsyncGenerator<QueryOutput, void> {
  let from = after;
  do {
    stop.throwIfAborted();
    const input = from ? { ...query, ExclusiveStartKey: from } : query;
    const page = await retry.run((signal) => db.query(input, signal), stop);
    recorder.read(page.ConsumedCapacity);
    from = lastKeyOf(page);
    yield page;
  } while (from !== undefined);
}

function lastKeyOf({ LastEvaluatedKey }: QueryOutput): Key | undefined {
  return LastEvaluatedKey && Object.keys(LastEvaluatedKey).length > 0
    ? LastEvaluatedKey
    : undefined;
}
