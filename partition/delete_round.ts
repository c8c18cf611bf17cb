import type { BatchWriteItemOutput, WriteRequest } from "@aws-sdk/client-dynamodb";
import { delay } from "../kube/clock.ts";
import type { ItemLimit, RateLimit } from "./run_limits.ts";
import { fullJitterMs } from "./retry.ts";
import { distinctKeys, type Key } from "./key.ts";
import { createKeyBuffer, type KeyBuffer } from "./key_buffer.ts";
import { type Partition, readKeys } from "./read_partition.ts";
import type { RunContext } from "./run_context.ts";

/** Maximum number of keys to read ahead. Workers delete these keys while DynamoDB prepares the next page. */
const READ_AHEAD_ITEMS = 4_000;

/** Input of one round, which lists the partition once and deletes the listed items. */
export interface DeleteRound {
  partition: Partition;
  /** Number of workers. Each worker has at most one batch in flight. */
  workers: number;
  rateLimit: RateLimit;
  itemLimit: ItemLimit;
}

/**
 * Lists the partition once and deletes the listed items. Workers send batches while the round reads the next page of
 * keys. Only a few pages of keys and one batch per worker are in memory.
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
        // Stops the other workers when their attempts in flight have finished. deleteRound throws the first failure.
        halt.abort(error);
        throw error;
      }
    }),
  );
  if (halt.signal.aborted) throw halt.signal.reason;
  return listed.reduce((sum, one) => sum + (one.status === "fulfilled" ? one.value : 0), 0);
}

/** Sends batches until the buffer is empty. A batch includes the unprocessed keys of the worker's previous batch. */
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
    // If another client rewrote an item, a new key can equal an unprocessed key. A batch must not contain a key twice.
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

/**
 * Sends a batch with retries. The caller has recorded `added` items of the batch as in flight. If the deletion stops
 * before the first attempt, this function subtracts `added` from the items in flight.
 */
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
      ({ UnprocessedItems }) => {
        const unprocessed = keysIn(UnprocessedItems).length;
        if (unprocessed === 0) return "all";
        return unprocessed < batch.length ? "some" : "none";
      },
    );
  } catch (error) {
    if (attempts === 0) recorder.sent(-added);
    throw error;
  }
}

/** Returns the unprocessed keys of a response. A request names one table, so all of them are keys of this table. */
function keysIn(unprocessed: Record<string, WriteRequest[]> | undefined): Key[] {
  return Object.values(unprocessed ?? {}).flat().flatMap(({ DeleteRequest }) =>
    DeleteRequest?.Key ? [DeleteRequest.Key] : []
  );
}
