import { type Clock, systemClock } from "../../kube/clock.ts";
import type { Condition } from "./conditions.ts";
import type { Snapshot } from "./snapshot.ts";
import type { World } from "./world.ts";

export interface WaitOptions {
  world: World;
  condition: Condition;
  deadlineMs: number;
  /** Ends the wait early by throwing its reason. */
  signal: AbortSignal;
  /** Called several times a second with what there is. */
  show(snapshot: Snapshot, waitedMs: number): void;
  clock?: Clock;
}

const SHOW_INTERVAL_MS = 100;

/**
 * Waits until the condition holds, asking after every change. Returns the snapshot in which it held; throws with what
 * was still missing at the deadline.
 */
export async function waitUntil(options: WaitOptions): Promise<Snapshot> {
  const { world, condition, deadlineMs, signal, show, clock = systemClock } = options;
  const startedAtMs = clock.now();
  const held = Promise.withResolvers<Snapshot>();

  function check() {
    const snapshot = world.snapshot();
    if (condition(snapshot) === undefined) held.resolve(snapshot);
  }

  let cancelTimer = () => {};
  function tick() {
    const waitedMs = clock.now() - startedAtMs;
    const snapshot = world.snapshot();
    show(snapshot, waitedMs);
    const missing = condition(snapshot);
    if (missing !== undefined && waitedMs >= deadlineMs) {
      held.reject(new Error(`Waited ${Math.round(deadlineMs / 1000)} s in vain: ${missing}`));
    } else cancelTimer = clock.timer(SHOW_INTERVAL_MS, tick);
  }

  const abort = () => held.reject(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  const forget = world.onChange(check);
  try {
    signal.throwIfAborted();
    check();
    tick();
    return await held.promise;
  } finally {
    cancelTimer();
    forget();
    signal.removeEventListener("abort", abort);
  }
}
