import type { BatchWriteItemOutput, WriteRequest } from "@aws-sdk/client-dynamodb";
import { delay } from "../kube/clock.ts";
import type { ItemLimit, RateLimit } from "./run_limits.ts";
import { fullJitterMs } from "./retry.ts";
import { distinctKeys, type Key } from "./key.ts";
import { createKeyBuffer, type KeyBuffer } from "./key_buffer.ts";
import { type Partition, readKeys } from "./read_partition.ts";
import type { RunContext } from "./run_context.ts";

/** Supplies the workers until the next page arrives. */
const READ_AHEAD_ITEMS = 4_000;

/** Input of one round. */
export interface DeleteRound {
  partition: Partition;
  /** Number of batches in flight at the same time. */
  workers: number;
  rateLimit: RateLimit;
  itemLimit: ItemLimit;
}

/**
 * Lists the partition once and deletes the listed items. Several batches are in flight while the next page is read.
 * Memory holds a few pages of keys and one batch per worker.
 *
 * @param known all keys of the partition, if the caller has listed them already
 * @returns the number of listed items
 */
export async function deleteRound(
  context: RunContext,
  round: DeleteRound,
  known?: Key[],
): Promise<number> {
  const halt = new AbortController();
  const stop = AbortSignal.any([context.stop, halt.signal]);
  const roundContext = { ...context, stop };
  const buffer = createKeyBuffer(
    known ? [known].values() : readKeys(roundContext, round.partition),
    READ_AHEAD_ITEMS,
  );
  const listed = await Promise.allSettled(
    Array.from({ length: round.workers }, async () => {
      try {
        return await work(roundContext, round, buffer);
      } catch (error) {
        // The other workers finish their attempts in flight. The round reports the first failure.
        halt.abort(error);
        throw error;
      }
    }),
  );
  if (halt.signal.aborted) throw halt.signal.reason;
  return listed.reduce((sum, one) => sum + (one.status === "fulfilled" ? one.value : 0), 0);
}

/** Sends batches until the buffer is empty. Each batch includes the keys that DynamoDB left unprocessed before. */
async function work(context: RunContext, round: DeleteRound, buffer: KeyBuffer): Promise<number> {
  const { recorder, clock, random, stop } = context;
  const { rateLimit, itemLimit } = round;
  let listed = 0;
  let unprocessed: Key[] = [];
  let failures = 0;
  while (true) {
    stop.throwIfAborted();
    const room = rateLimit.batchSize - unprocessed.length;
    const fresh = room > 0 ? await buffer.take(room) : [];
    // A list contains a key once. An unprocessed key is listed again only if another client rewrote the item.
    const batch = unprocessed.length === 0 ? fresh : distinctKeys([...unprocessed, ...fresh]);
    if (batch.length === 0) return listed;
    await rateLimit.wait(batch.length, stop);
    stop.throwIfAborted();

    const added = batch.length - unprocessed.length;
    itemLimit.add(added);
    listed += added;
    recorder.sent(added);
    const answer = await sendUntilAnswered(context, round.partition, batch, added);
    recorder.wrote(answer.ConsumedCapacity);
    unprocessed = keysIn(answer.UnprocessedItems);
    recorder.confirmed(batch.length - unprocessed.length);
    if (unprocessed.length === 0) {
      failures = 0;
      continue;
    }
    recorder.unprocessed();
    failures++;
    await delay(clock, fullJitterMs(failures, random()), stop);
  }
}

/** Sends a batch with retries. If a stop precedes the first attempt, the batch no longer counts as sent. */
async function sendUntilAnswered(
  { db, retry, recorder, stop }: RunContext,
  { table }: Partition,
  batch: readonly Key[],
  added: number,
): Promise<BatchWriteItemOutput> {
  const requests = batch.map((Key): WriteRequest => ({ DeleteRequest: { Key } }));
  let attempts = 0;
  try {
    return await retry.run(
      (signal) => {
        attempts++;
        return db.batchWriteItem({ RequestItems: { [table]: requests } }, signal);
      },
      stop,
      // DynamoDB throws only if it throttles the whole batch. It returns a throttled part as unprocessed.
      ({ UnprocessedItems }) => keysIn(UnprocessedItems).length > 0,
    );
  } catch (error) {
    if (attempts === 0) recorder.sent(-added);
    throw error;
  }
}

/** Returns the unprocessed keys. A request names one table, so the table name in the answer does not matter. */
function keysIn(unprocessed: Record<string, WriteRequest[]> | undefined): Key[] {
  return Object.values(unprocessed ?? {}).flat().flatMap(({ DeleteRequest }) =>
    DeleteRequest?.Key ? [DeleteRequest.Key] : []
  );
}
