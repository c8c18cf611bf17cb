import type { QueryCommandInput, QueryOutput } from "@aws-sdk/client-dynamodb";
import type { Key } from "./key.ts";
import { countQuery, keysQuery, type Partition } from "./partition_query.ts";
import type { RunContext } from "./run_context.ts";

// DynamoDB ends a page at 1 MB anyway. DynamoDB Local needs time for every item that follows a page without a limit, and
// is faster with few large pages than with many small ones.
const PAGE_ITEMS = 2_500;
const COUNT_PAGE_ITEMS = 5_000;

/** Result of a count. */
export interface Counted {
  items: number;
  /** All keys of a small partition, which the first round then does not list again. */
  keys?: Key[];
}

/** Counts the items of a partition. The result contains the keys if there are at most about `keptKeys`. */
export async function countItems(
  context: RunContext,
  partition: Partition,
  keptKeys: number,
): Promise<Counted> {
  const keys: Key[] = [];
  let last: Key | undefined;
  if (keptKeys > 0) {
    for await (const page of pages(context, keysQuery(partition, PAGE_ITEMS))) {
      keys.push(...page.Items ?? []);
      last = lastKeyOf(page);
      if (keys.length >= keptKeys) break;
    }
    if (!last) return { items: keys.length, keys };
  }
  let items = keys.length;
  for await (const page of pages(context, countQuery(partition, COUNT_PAGE_ITEMS), last)) {
    items += page.Count ?? 0;
  }
  return { items };
}

/** Lists the keys of a partition, one page at a time. */
export async function* readKeys(
  context: RunContext,
  partition: Partition,
): AsyncGenerator<Key[], void> {
  for await (const page of pages(context, keysQuery(partition, PAGE_ITEMS))) yield page.Items ?? [];
}

/** Reads all pages of a query. An empty page may precede others; only a page without a last key is the final one. */
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
