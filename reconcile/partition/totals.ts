import type { EarlierAttempts, PartitionAttempt } from "../../crds/kinds/partition_job.ts";

/** Totals of all attempts: numbers of items and requests, and consumed capacity units. */
export type Totals = Omit<EarlierAttempts, "attempts" | "podsUntil" | "itemsCharged"> & {
  itemsFound?: number;
};

const NONE: EarlierAttempts = {
  attempts: 0,
  itemsDeleted: 0,
  unprocessedRetries: 0,
  throttledRequests: 0,
  consumedReadUnits: 0,
  consumedWriteUnits: 0,
};
/** Number of attempts that the status may list. If there are more, the operator sums up old attempts where possible. */
const LISTED = 10;
/** Maximum number of attempts in the status, including attempts that must stay listed. */
const MAX_LISTED = 60;

/**
 * Returns how many items each attempt deleted. A killed pod cannot report the result of its batches in flight.
 * Therefore, the function estimates the number of deleted items: it subtracts the number of items that the next attempt
 * found from the number that this attempt found. The estimate is at least the number of confirmed deletions. If all
 * final reports are known, it is at most the sum of confirmed deletions and items in flight.
 */
export function deletedByEach(attempts: readonly PartitionAttempt[]): number[] {
  return attempts.map((attempt, index) => {
    const { itemsFound: found, itemsDeleted, itemsInFlight } = attempt;
    const next = attempts.findIndex(({ itemsFound }, at) => at > index && itemsFound !== undefined);
    const left = attempts[next]?.itemsFound;
    if (found === undefined || left === undefined) return itemsDeleted;
    const reported = attempts.slice(index, next).every(({ reported }) => reported);
    const most = reported ? itemsDeleted + itemsInFlight : found;
    return Math.max(itemsDeleted, Math.min(found - left, most));
  });
}

/** Returns the totals of all attempts for the status of the DdbctlDpJob. */
export function totals(
  earlier: EarlierAttempts | undefined,
  attempts: readonly PartitionAttempt[],
  itemsFoundBefore: number | undefined,
): Totals {
  const deleted = deletedByEach(attempts);
  const { attempts: _number, podsUntil: _until, itemsCharged: _charged, ...sum } = attempts.reduce(
    (sum, attempt, index) => add(sum, attempt, deleted[index] ?? 0),
    earlier ?? NONE,
  );
  const itemsFound = itemsFoundBefore ??
    attempts.find(({ itemsFound }) => itemsFound !== undefined)?.itemsFound;
  return { ...sum, ...(itemsFound !== undefined && { itemsFound }) };
}

/**
 * Returns how many items the next pod may delete, so that all pods together delete at most `maxItems`. Items in flight
 * count as deleted. If the final report of an attempt is lost, the operator assumes that the attempt deleted all items
 * that it was permitted to delete.
 */
export function itemsLeft(
  maxItems: number,
  earlier: EarlierAttempts | undefined,
  attempts: readonly PartitionAttempt[],
): number {
  const spent = attempts.reduce(
    (sum, attempt) => sum + chargeOf(attempt, maxItems),
    chargedBy(earlier),
  );
  return Math.max(0, maxItems - spent);
}

/**
 * Returns the latest attempt whose final report is lost and that may have deleted more items than it reported;
 * undefined if there is none.
 */
export function uncertainAttempt(
  maxItems: number,
  attempts: readonly PartitionAttempt[],
): PartitionAttempt | undefined {
  return attempts.findLast((attempt) => chargeOf(attempt, maxItems) > sentBy(attempt));
}

function sentBy({ itemsDeleted, itemsInFlight }: PartitionAttempt): number {
  return itemsDeleted + itemsInFlight;
}

/**
 * Returns how many items of an attempt count towards `maxItems`: the items in all its delete requests. If the final
 * report is lost, the result is at least the number of items that the attempt was permitted to delete.
 */
function chargeOf(attempt: PartitionAttempt, maxItems: number): number {
  const { reported, itemsPermitted = maxItems } = attempt;
  return reported ? sentBy(attempt) : Math.max(sentBy(attempt), itemsPermitted);
}

function chargedBy(earlier: EarlierAttempts | undefined): number {
  return earlier?.itemsCharged ?? earlier?.itemsDeleted ?? 0;
}

/**
 * Shortens the list of attempts in the status: removes the oldest attempts and adds their numbers to `earlierAttempts`.
 * An attempt stays listed while its pod exists, so that the operator does not record the attempt twice. It also stays
 * until a later attempt has counted the remaining items, because this count shows how many items were deleted. If more
 * than {@linkcode MAX_LISTED} attempts must stay, the function removes the oldest of them anyway. If their pods exist,
 * the latest creation time of these pods is in `earlierAttempts.podsUntil`.
 *
 * @param createdAt returns when an existing pod was created; undefined for a deleted pod
 * @param maxItems the limit of the deletion, if it has one
 */
export function condensed(
  earlier: EarlierAttempts | undefined,
  attempts: readonly PartitionAttempt[],
  createdAt: (pod: string) => string | undefined,
  maxItems?: number,
): { attempts: PartitionAttempt[]; earlierAttempts?: EarlierAttempts } {
  const listed = [...attempts];
  let sum = earlier;
  while (listed.length > LISTED) {
    const settled = listed.findIndex((attempt, index) =>
      createdAt(attempt.pod) === undefined && isSettled(attempt, index, listed)
    );
    const at = settled < 0 && listed.length > MAX_LISTED ? 0 : settled;
    const [removed] = at < 0 ? [] : [listed[at]];
    if (!removed) break;
    const charged = maxItems !== undefined && chargedBy(sum) + chargeOf(removed, maxItems);
    sum = add(sum ?? NONE, removed, deletedByEach(listed)[at] ?? 0);
    if (charged !== false) sum = { ...sum, itemsCharged: charged };
    // Times in the API server's format can be sorted as text.
    const [until] = [sum.podsUntil ?? "", createdAt(removed.pod) ?? ""].sort().reverse();
    if (until) sum = { ...sum, podsUntil: until };
    listed.splice(at, 1);
  }
  return { attempts: listed, ...(sum && { earlierAttempts: sum }) };
}

/** Returns whether `earlier` already includes the attempt of an existing pod with this creation time. */
export function isSummedUp(earlier: EarlierAttempts | undefined, createdAt = ""): boolean {
  return earlier?.podsUntil !== undefined && createdAt <= earlier.podsUntil;
}

/** Returns whether the number of items that an attempt deleted is final. */
function isSettled(
  { itemsFound, reported }: PartitionAttempt,
  index: number,
  all: readonly PartitionAttempt[],
): boolean {
  if (itemsFound === undefined) return reported === true || index === 0;
  return all.slice(index + 1).some(({ itemsFound }) => itemsFound !== undefined);
}

function add(sum: EarlierAttempts, attempt: PartitionAttempt, deleted: number): EarlierAttempts {
  // Rounds the sums, because capacity units may be fractions and floating-point additions are not exact.
  const plus = (a: number, b: number) => Math.round((a + b) * 1000) / 1000;
  return {
    ...sum,
    attempts: sum.attempts + 1,
    itemsDeleted: sum.itemsDeleted + deleted,
    unprocessedRetries: sum.unprocessedRetries + attempt.unprocessedRetries,
    throttledRequests: sum.throttledRequests + attempt.throttledRequests,
    consumedReadUnits: plus(sum.consumedReadUnits, attempt.consumedReadUnits),
    consumedWriteUnits: plus(sum.consumedWriteUnits, attempt.consumedWriteUnits),
  };
}
