import type { QueryCommandInput, QueryOutput } from "@aws-sdk/client-dynamodb";
import type { Key } from "./key_identity.ts";
import { countQuery, keysQuery, type Partition } from "./partition_query.ts";
import type { RunContext } from "./run_context.ts";

/** Counts the items of a partition. */
export async function countItems(context: RunContext, partition: Partition): Promise<number> {
  let count = 0;
  for await (const page of pages(context, countQuery(partition))) count += page.Count ?? 0;
  return count;
}

/** The keys of a partition's items, in pages of at most `limit`. */
export async function* readKeys(
  context: RunContext,
  partition: Partition,
  limit: number,
): AsyncGenerator<Key[], void> {
  for await (const page of pages(context, keysQuery(partition, limit))) yield page.Items ?? [];
}

/** A page may be empty and others follow all the same; only the absence of a last key says that none does. */
async function* pages(
  { db, retry, tally, stop }: RunContext,
  query: QueryCommandInput,
): AsyncGenerator<QueryOutput, void> {
  let from: Key | undefined;
  do {
    stop.throwIfAborted();
    const input = from ? { ...query, ExclusiveStartKey: from } : query;
    const page = await retry.run((signal) => db.query(input, signal), stop);
    tally.read(page.ConsumedCapacity);
    from = page.LastEvaluatedKey;
    yield page;
  } while (from !== undefined && Object.keys(from).length > 0);
}
