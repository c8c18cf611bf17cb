import { DeletionFailure } from "./deletion_failure.ts";

/** New items that a run also deletes, in addition to twice the counted number. */
const EXTRA_ITEMS = 1_000;

/** Upper limit of the items that a run deletes, even if another client keeps writing new ones. */
export interface ItemLimit {
  /**
   * Adds items to the total. The caller adds an item before it sends the item for the first time.
   *
   * @throws {DeletionFailure} TooManyItems above `maxItems`, ConcurrentWriters far above the counted number
   */
  add(items: number): void;
}

/** Creates the limit of a run that has counted `found` items. `maxItems` is the user's limit. */
export function createItemLimit(found: number, maxItems: number | undefined): ItemLimit {
  let total = 0;
  return {
    add(items) {
      total += items;
      if (maxItems !== undefined && total > maxItems) {
        throw new DeletionFailure(
          "TooManyItems",
          `Stopped at the limit of ${maxItems} items: the run counted ${found}, but another client writes new items`,
        );
      }
      if (total > 2 * found + EXTRA_ITEMS) {
        throw new DeletionFailure(
          "ConcurrentWriters",
          `Stopped: the run counted ${found} items and found more than twice as many; stop the clients that write to the partition`,
        );
      }
    },
  };
}
