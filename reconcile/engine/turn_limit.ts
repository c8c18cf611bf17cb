import { type Clock, delay } from "../../kube/clock.ts";
import type { Priority } from "./key_queue.ts";

/**
 * Decides when the workers of all controllers take their next keys. A reconciliation without requests awaits only
 * microtasks, so it does not end the turn of the event loop. Without this limit, a resync would delay Lease renewals,
 * probes and watch events until all keys are reconciled.
 */
export interface TurnLimit {
  /** Runs the reconciliation of a key with this priority. */
  run(priority: Priority, reconcile: () => Promise<void>): Promise<void>;
  /**
   * Returns the function that the workers of a controller call between two keys. It resolves when the worker may take
   * its next key: immediately, or in a later turn of the event loop.
   *
   * The worker waits for the next turn if the workers have been busy for {@link LONGEST_TURN_MS}. Before a key with a
   * low priority, it also waits until no key with a high priority is being reconciled, but at most
   * {@link LONGEST_YIELD_MS}. Of the workers of a controller that wait, only one per turn takes a key with a low
   * priority. Otherwise all of them would begin a reconciliation at the start of the turn, and exceed its length.
   *
   * @param nextPriority returns the priority of the next key; undefined if no key is queued
   */
  pauses(nextPriority: () => Priority | undefined): () => Promise<void>;
}

/**
 * Time in milliseconds after which the workers take no other key until the next turn of the event loop, by the priority
 * of the key. A running reconciliation may exceed this time.
 */
export const LONGEST_TURN_MS = { high: 10, low: 5 };

/** Maximum time in milliseconds that a key with a low priority waits for the reconciliation of keys with a high one. */
export const LONGEST_YIELD_MS = 50;

/**
 * Time in milliseconds after which keys with a low priority no longer wait for a running reconciliation. It may wait
 * for a slow program, such as a worker that loads a model.
 */
export const LONGEST_URGENT_MS = 500;

/** Minimum delay of a timer in milliseconds. During this time, the event loop receives responses and watch events. */
const SHORTEST_DELAY_MS = 1;

/** Maximum time in milliseconds that a timer of {@linkcode SHORTEST_DELAY_MS} needs in an idle event loop. */
const LONGEST_DELAY_MS = 3;

/**
 * Creates the limit that all controllers of a process share. All workers wait for the same timer. If each worker had
 * its own timer, the event loop would run all workers before its other work.
 */
export function createTurnLimit(clock: Clock): TurnLimit {
  let startedMs = clock.now();
  let next: Promise<void> | undefined;
  /** The running reconciliations of keys with a high priority. */
  const urgent = new Set<{ startedMs: number }>();

  async function startTurn() {
    const askedMs = clock.now();
    await delay(clock, SHORTEST_DELAY_MS);
    // If the workers were busy until after the end of the delay, the event loop has not received anything yet.
    if (clock.now() - askedMs > LONGEST_DELAY_MS) await delay(clock, SHORTEST_DELAY_MS);
    startedMs = clock.now();
    next = undefined;
  }

  function mustWait(priority: Priority | undefined, waitedMs: number): boolean {
    if (priority === undefined) return false;
    if (clock.now() - startedMs >= LONGEST_TURN_MS[priority]) return true;
    return priority === "low" && waitedMs < LONGEST_YIELD_MS && hasUrgent();
  }

  function hasUrgent(): boolean {
    return [...urgent].some(({ startedMs }) => clock.now() - startedMs < LONGEST_URGENT_MS);
  }

  return {
    async run(priority, reconcile) {
      if (priority === "low") return await reconcile();
      const running = { startedMs: clock.now() };
      urgent.add(running);
      try {
        await reconcile();
      } finally {
        urgent.delete(running);
      }
    },
    pauses(nextPriority) {
      /** Resolves when no worker waits. The workers wait one after the other, so that only one checks in each turn. */
      let waiting = Promise.resolve();

      async function wait(sinceMs: number) {
        for (let hasWaited = false;; hasWaited = true) {
          const priority = nextPriority();
          const isNext = hasWaited || priority !== "low";
          if (isNext && !mustWait(priority, clock.now() - sinceMs)) return;
          await (next ??= startTurn());
        }
      }

      return () => {
        if (!mustWait(nextPriority(), 0)) return Promise.resolve();
        const sinceMs = clock.now();
        return waiting = waiting.then(() => wait(sinceMs));
      };
    },
  };
}
