import type { QueryCommandInput, QueryOutput } from "@aws-sdk/client-dynamodb";
import type { Key } from "./key_identity.ts";
import { countQuery, keysQuery, type Partition } from "./partition_query.ts";
import type { RunContext } from "./run_context.ts";

const PAGE_ITEMS = 1_000;
/** A page ends at 1 MB anyway; DynamoDB Local takes longer for a page without a limit the more items follow it. */
const COUNT_PAGE_ITEMS = 5_000;

/** What a count has found. */
export interface Counted {
  items: number;
  /** The first keys, so that they need not be read again. */
  keys: Key[];
  /** Where those end; absent if they are all. */
  rest?: Key;
}

/**
 * Counts the items of a partition.
 *
 * @param keep about how many keys are kept; the others are counted without being returned
 */
export async function countItems(
  context: RunContext,
  partition: Partition,
  keep: number,
): Promise<Counted> {
  const keys: Key[] = [];
  let rest: Key | undefined;
  if (keep > 0) {
    for await (const page of pages(context, keysQuery(partition, PAGE_ITEMS))) {
      for (const key of page.Items ?? []) keys.push(key);
      rest = page.LastEvaluatedKey;
      if (keys.length >= keep) break;
    }
    if (!isKey(rest)) return { items: keys.length, keys };
  }
  let items = keys.length;
  for await (const page of pages(context, countQuery(partition, COUNT_PAGE_ITEMS), rest)) {
    items += page.Count ?? 0;
  }
  return { items, keys, ...(rest && { rest }) };
}

/** The keys of a partition's items in pages, from the beginning or, without reading them again, after those that a count has kept. */
export async function* readKeys(
  context: RunContext,
  partition: Partition,
  counted?: Counted,
): AsyncGenerator<Key[], void> {
  if (counted) yield counted.keys;
  if (counted && !counted.rest) return;
  const query = keysQuery(partition, PAGE_ITEMS);
  for await (const page of pages(context, query, counted?.rest)) yield page.Items ?? [];
}

/** A page may be empty and others follow all the same; only the absence of a last key says that none does. */
async function* pages(
  { db, retry, tally, stop }: RunContext,
  query: QueryCommandInput,
  after?: Key,
): AsyncGenerator<QueryOutput, void> {
  let from = after;
  do {
    stop.throwIfAborted();
    const input = from ? { ...query, ExclusiveStartKey: from } : query;
    const page = await retry.run((signal) => db.query(input, signal), stop);
    tally.read(page.ConsumedCapacity);
    from = page.LastEvaluatedKey;
    yield page;
  } while (isKey(from));
}

function isKey(key: Key | undefined): key is Key {
  return key !== undefined && Object.keys(key).length > 0;
}
