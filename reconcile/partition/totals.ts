import type { EarlierAttempts, PartitionAttempt } from "../../crds/kinds/partition_job.ts";

/** What all attempts did together. */
export type Totals = Omit<EarlierAttempts, "attempts" | "podsUntil"> & { itemsFound?: number };

const NONE: EarlierAttempts = {
  attempts: 0,
  itemsDeleted: 0,
  unprocessedRetries: 0,
  throttledRequests: 0,
  consumedReadUnits: 0,
  consumedWriteUnits: 0,
};
/** Attempts that the status lists one by one, and how many it can hold where pods are kept. */
const LISTED = 10;
const MOST_LISTED = 60;

/**
 * How many items each attempt deleted. An attempt that was killed does not know what became of the batches it had
 * sent; the next one counts what is left. So it deleted what is missing there, but no less than was confirmed to it and,
 * where its last words are known, no more than it had sent beside.
 */
export function deletedByEach(attempts: readonly PartitionAttempt[]): number[] {
  return attempts.map((attempt, index) => {
    const { itemsFound: found, itemsDeleted, itemsInFlight } = attempt;
    const next = attempts.findIndex(({ itemsFound }, at) => at > index && itemsFound !== undefined);
    const left = attempts[next]?.itemsFound;
    if (found === undefined || left === undefined) return itemsDeleted;
    const told = attempts.slice(index, next).every(({ reported }) => reported);
    const most = told ? itemsDeleted + itemsInFlight : found;
    return Math.max(itemsDeleted, Math.min(found - left, most));
  });
}

/** The sums that the status shows. */
export function totals(
  earlier: EarlierAttempts | undefined,
  attempts: readonly PartitionAttempt[],
  itemsFoundBefore: number | undefined,
): Totals {
  const deleted = deletedByEach(attempts);
  const { attempts: _number, podsUntil: _until, ...sum } = attempts.reduce(
    (sum, attempt, index) => add(sum, attempt, deleted[index] ?? 0),
    earlier ?? NONE,
  );
  const itemsFound = itemsFoundBefore ??
    attempts.find(({ itemsFound }) => itemsFound !== undefined)?.itemsFound;
  return { ...sum, ...(itemsFound !== undefined && { itemsFound }) };
}

/**
 * Sums up the oldest attempts once there are many. Those whose pods are still there stay, or they would be found again
 * as new ones; and those of which the next attempt's count is still to tell what they deleted. Where even so many pods
 * are kept that the status could not hold them, the oldest are summed up, and it is noted until when those were created.
 *
 * @param createdAt when a pod that is still there was created; undefined for one that is gone
 */
export function condensed(
  earlier: EarlierAttempts | undefined,
  attempts: readonly PartitionAttempt[],
  createdAt: (pod: string) => string | undefined,
): { attempts: PartitionAttempt[]; earlierAttempts?: EarlierAttempts } {
  const listed = [...attempts];
  let sum = earlier;
  while (listed.length > LISTED) {
    const settled = listed.findIndex((attempt, index) =>
      createdAt(attempt.pod) === undefined && isSettled(attempt, index, listed)
    );
    const at = settled < 0 && listed.length > MOST_LISTED ? 0 : settled;
    const [gone] = at < 0 ? [] : [listed[at]];
    if (!gone) break;
    sum = add(sum ?? NONE, gone, deletedByEach(listed)[at] ?? 0);
    const until = latest(sum.podsUntil, createdAt(gone.pod));
    if (until) sum = { ...sum, podsUntil: until };
    listed.splice(at, 1);
  }
  return { attempts: listed, ...(sum && { earlierAttempts: sum }) };
}

/** Whether a pod that is still there is among the attempts that are summed up. */
export function isSummedUp(earlier: EarlierAttempts | undefined, createdAt = ""): boolean {
  return earlier?.podsUntil !== undefined && createdAt <= earlier.podsUntil;
}

/** Of two times in the form of the API server the later. */
function latest(a: string | undefined, b: string | undefined): string | undefined {
  return a !== undefined && (b === undefined || a > b) ? a : b;
}

function isSettled(
  { itemsFound, reported }: PartitionAttempt,
  index: number,
  all: readonly PartitionAttempt[],
): boolean {
  if (itemsFound === undefined) return reported === true || index === 0;
  return all.slice(index + 1).some(({ itemsFound }) => itemsFound !== undefined);
}

function add(sum: EarlierAttempts, attempt: PartitionAttempt, deleted: number): EarlierAttempts {
  return {
    ...sum,
    attempts: sum.attempts + 1,
    itemsDeleted: sum.itemsDeleted + deleted,
    unprocessedRetries: sum.unprocessedRetries + attempt.unprocessedRetries,
    throttledRequests: sum.throttledRequests + attempt.throttledRequests,
    consumedReadUnits: exact(sum.consumedReadUnits + attempt.consumedReadUnits),
    consumedWriteUnits: exact(sum.consumedWriteUnits + attempt.consumedWriteUnits),
  };
}

/** Sums of halves without the dust of binary fractions. */
function exact(units: number): number {
  return Math.round(units * 1000) / 1000;
}
