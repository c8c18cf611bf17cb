import type { BatchWriteItemOutput, WriteRequest } from "@aws-sdk/client-dynamodb";
import { delay } from "../kube/clock.ts";
import type { ItemLimit } from "./item_limit.ts";
import { fullJitterMs } from "./jitter.ts";
import { distinctKeys, type Key } from "./key.ts";
import { createKeyBuffer, type KeyBuffer } from "./key_buffer.ts";
import type { RateLimit } from "./rate_limit.ts";
import type { Partition } from "./partition_query.ts";
import { readKeys } from "./read_partition.ts";
import type { RunContext } from "./run_context.ts";

/** Enough for the workers until the next page is there. */
const READ_AHEAD_ITEMS = 4_000;

export interface DeleteRound {
  partition: Partition;
  /** How many batches may be worked on at the same time. */
  workers: number;
  pace: RateLimit;
  budget: ItemLimit;
}

/**
 * Lists the partition from its beginning to its end and deletes what is there, several batches at a time while the
 * next page is read. In memory are a few pages of keys and a batch for each worker.
 *
 * @param known all keys, where they are listed already
 * @returns how many items were listed
 */
export async function deleteRound(
  context: RunContext,
  pass: DeleteRound,
  known?: Key[],
): Promise<number> {
  const halt = new AbortController();
  const stop = AbortSignal.any([context.stop, halt.signal]);
  const halting = { ...context, stop };
  const source = createKeyBuffer(
    known ? once(known) : readKeys(halting, pass.partition),
    READ_AHEAD_ITEMS,
  );
  const listed = await Promise.allSettled(
    Array.from({ length: pass.workers }, async () => {
      try {
        return await work(halting, pass, source);
      } catch (error) {
        // The others finish what they have sent; the first failure is the one that is told.
        halt.abort(error);
        throw error;
      }
    }),
  );
  if (halt.signal.aborted) throw halt.signal.reason;
  return listed.reduce((sum, one) => sum + (one.status === "fulfilled" ? one.value : 0), 0);
}

async function* once<T>(value: T): AsyncGenerator<T, void> {
  yield value;
}

/** Sends one batch after the other until all keys are taken; what DynamoDB hands back goes into the next one. */
async function work(context: RunContext, pass: DeleteRound, source: KeyBuffer): Promise<number> {
  const { recorder, clock, random, stop } = context;
  const { pace, budget } = pass;
  let listed = 0;
  let handedBack: Key[] = [];
  let rounds = 0;
  while (true) {
    stop.throwIfAborted();
    const room = pace.batchSize - handedBack.length;
    const fresh = room > 0 ? await source.take(room) : [];
    // A list names no key twice; a key that was handed back may come up again only if somebody wrote it anew.
    const batch = handedBack.length === 0 ? fresh : distinctKeys([...handedBack, ...fresh]);
    if (batch.length === 0) return listed;
    await pace.wait(batch.length, stop);
    stop.throwIfAborted();

    const added = batch.length - handedBack.length;
    budget.spend(added);
    listed += added;
    recorder.sent(added);
    const answer = await sendUntilAnswered(context, pass.partition, batch, added);
    recorder.wrote(answer.ConsumedCapacity);
    handedBack = keysIn(answer.UnprocessedItems);
    recorder.confirmed(batch.length - handedBack.length);
    if (handedBack.length === 0) {
      rounds = 0;
      continue;
    }
    recorder.unprocessed();
    rounds++;
    await delay(clock, fullJitterMs(rounds, random()), stop);
  }
}

/** A batch that was announced but is stopped before its first attempt was never sent. */
async function sendUntilAnswered(
  context: RunContext,
  partition: Partition,
  batch: readonly Key[],
  added: number,
): Promise<BatchWriteItemOutput> {
  let attempts = 0;
  try {
    return await context.retry.run(
      (signal) => {
        attempts++;
        return send(context, partition, batch, signal);
      },
      context.stop,
      // DynamoDB refuses a batch only when it throttles all of it; what it throttles of one it hands back.
      ({ UnprocessedItems }) => keysIn(UnprocessedItems).length > 0,
    );
  } catch (error) {
    if (attempts === 0) context.recorder.sent(-added);
    throw error;
  }
}

function send(
  { db }: RunContext,
  { table }: Partition,
  batch: readonly Key[],
  signal: AbortSignal,
) {
  return db.batchWriteItem({
    RequestItems: { [table]: batch.map((Key): WriteRequest => ({ DeleteRequest: { Key } })) },
  }, signal);
}

/** One table was asked for, by whatever name it comes back. */
function keysIn(unprocessed: Record<string, WriteRequest[]> | undefined): Key[] {
  return Object.values(unprocessed ?? {}).flat().flatMap(({ DeleteRequest }) =>
    DeleteRequest?.Key ? [DeleteRequest.Key] : []
  );
}
