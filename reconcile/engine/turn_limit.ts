import { type Clock, delay } from "../../kube/clock.ts";

/**
 * Limits how long the workers of all controllers process queued keys in one turn of the event loop. A reconciliation
 * without requests awaits only microtasks, so it does not end the turn. Without this limit, a resync would delay Lease
 * renewals, probes and watch events until all keys are reconciled.
 */
export interface TurnLimit {
  /**
   * Resolves immediately, or in the next turn of the event loop if the workers have been busy for
   * {@link LONGEST_TURN_MS}. Each worker calls this function between two keys.
   */
  pause(): Promise<void>;
}

/**
 * Time in milliseconds after which the workers do not start another reconciliation until the next turn of the event
 * loop. A running reconciliation may exceed this time.
 */
export const LONGEST_TURN_MS = 10;

/**
 * Creates the limit that all controllers of a process share. All workers wait for the same timer. If each worker had
 * its own timer, the event loop would run all workers before its other work.
 */
export function createTurnLimit(clock: Clock): TurnLimit {
  let startedMs = clock.now();
  let next: Promise<void> | undefined;

  async function nextTurn() {
    await delay(clock, 0);
    startedMs = clock.now();
    next = undefined;
  }

  return {
    pause() {
      if (next) return next;
      if (clock.now() - startedMs < LONGEST_TURN_MS) return Promise.resolve();
      return next = nextTurn();
    },
  };
}
