import type { QueryCommandInput, QueryOutput } from "@aws-sdk/client-dynamodb";
import type { Key } from "./key.ts";
import { countQuery, keysQuery, type Partition } from "./partition_query.ts";
import type { RunContext } from "./run_context.ts";

// A page ends at 1 MB anyway. DynamoDB Local takes the longer for a page without a limit the more items follow it, and
// longer for many small pages than for few large ones.
const PAGE_ITEMS = 2_500;
const COUNT_PAGE_ITEMS = 5_000;

/** What a count has found. */
export interface Counted {
  items: number;
  /** All keys, if they are few: then they need not be listed once more. */
  keys?: Key[];
}

/**
 * Counts the items of a partition.
 *
 * @param few up to about so many keys are kept
 */
export async function countItems(
  context: RunContext,
  partition: Partition,
  few: number,
): Promise<Counted> {
  const keys: Key[] = [];
  let last: Key | undefined;
  if (few > 0) {
    for await (const page of pages(context, keysQuery(partition, PAGE_ITEMS))) {
      keys.push(...page.Items ?? []);
      last = lastKeyOf(page);
      if (keys.length >= few) break;
    }
    if (!last) return { items: keys.length, keys };
  }
  let items = keys.length;
  for await (const page of pages(context, countQuery(partition, COUNT_PAGE_ITEMS), last)) {
    items += page.Count ?? 0;
  }
  return { items };
}

/** The keys of a partition's items, in pages. */
export async function* readKeys(
  context: RunContext,
  partition: Partition,
): AsyncGenerator<Key[], void> {
  for await (const page of pages(context, keysQuery(partition, PAGE_ITEMS))) yield page.Items ?? [];
}

/** A page may be empty and others follow all the same; only the absence of a last key says that none does. */
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
