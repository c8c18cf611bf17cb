import { DeletionFailure } from "./deletion_failure.ts";

/** Slack for items that come while the run goes on, beside as many again as were found. */
const EXTRA_ITEMS = 1_000;

/** Watches that a run does not delete more than was agreed to, however fast somebody writes new items. */
export interface ItemLimit {
  /**
   * Told before items are sent for the first time.
   *
   * @throws {DeletionFailure} TooManyItems beyond the most that may be deleted, ConcurrentWriters far beyond what was found
   */
  spend(items: number): void;
}

/**
 * @param found how many items were counted before the first was deleted
 * @param maxItems the most that the user lets a run delete
 */
export function createItemLimit(found: number, maxItems: number | undefined): ItemLimit {
  let spent = 0;
  return {
    spend(items) {
      spent += items;
      if (maxItems !== undefined && spent > maxItems) {
        throw new DeletionFailure(
          "TooManyItems",
          `Stopped at the limit of ${maxItems} items: ${found} were counted, but new ones are being written`,
        );
      }
      if (spent > 2 * found + EXTRA_ITEMS) {
        throw new DeletionFailure(
          "ConcurrentWriters",
          `Stopped: ${found} items were counted and more than twice as many came up; end what writes to the partition`,
        );
      }
    },
  };
}
