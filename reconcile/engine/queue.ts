import type { Clock } from "../../kube/clock.ts";
import { type BackoffBounds, backoffMs } from "./backoff.ts";
import { createKeyLine, type Priority } from "./key_queue.ts";

export type { Priority } from "./key_queue.ts";

export interface QueueOptions {
  clock: Clock;
  /** A number in [0, 1), as `Math.random`. */
  random: () => number;
  backoff?: BackoffBounds;
  /** Told of what happens, for metrics. */
  observe?: QueueObserver;
}

export interface QueueObserver {
  /** A key got in line that was not in it. */
  added?(priority: Priority): void;
  /** A key left the line for a worker, after so long. */
  started?(waitedMs: number): void;
  /** A worker is done with a key, after so long. */
  finished?(workedMs: number): void;
  /** A key was put back because its work failed. */
  retried?(): void;
}

/**
 * What is to be worked on: each key at most once, and never by two workers at a time. A key that is added while it
 * is worked on gets in line again when that is done.
 */
export interface Queue {
  /** Gets the key in line; a key that waits at low priority is moved up by an add at high priority. */
  add(key: string, priority?: Priority): void;
  /** Adds the key unless it waits for its time: what its own failing work brought about must not cut that wait short. */
  remind(key: string, priority?: Priority): void;
  /** Adds the key later, at high priority; of several calls the earliest counts. */
  addAfter(key: string, afterMs: number): void;
  /** Adds the key after a wait that doubles with each call, up to a bound, until {@link forget}. */
  retry(key: string): void;
  /** Ends the series of failures of the key. */
  forget(key: string): void;
  /** Forgets that {@link remind} was called while the key was being reconciled. */
  dropReminder(key: string): void;
  /** The next key to work on, high priority first, in order of arrival; undefined after {@link stop}. */
  next(): Promise<string | undefined>;
  /** Must follow each key that {@link next} gave out. */
  finish(key: string): void;
  /**
   * Takes no new keys and gives out none: what waits is dropped, since whoever starts next plans every key anew.
   * Resolves when the keys that are worked on are finished.
   */
  stop(): Promise<void>;
  /** Takes keys again after {@link stop}; a new queue does so from the beginning. */
  start(): void;
  readonly stats: QueueStats;
}

/** The queue at this moment. */
export interface QueueStats {
  /** Keys in line. */
  depth(priority?: Priority): number;
  /** Since when each key in work has been worked on, in milliseconds. */
  workingMs(): number[];
  /** Keys that wait for their time. */
  delayed(): number;
}

interface Delayed {
  dueMs: number;
  cancel: () => void;
}

export function createQueue(options: QueueOptions): Queue {
  const { clock, random, observe = {} } = options;
  const line = createKeyLine();
  /** Keys in work, by start; `again` holds those that were added meanwhile, `reminded` those that are to be. */
  const working = new Map<string, number>();
  const again = new Map<string, Priority>();
  const reminded = new Map<string, Priority>();
  const delayed = new Map<string, Delayed>();
  const failures = new Map<string, number>();
  const idle: ((key: string | undefined) => void)[] = [];
  let stopped = false;
  let drained: (() => void) | undefined;

  function add(key: string, priority: Priority = "high") {
    if (stopped) return;
    if (working.has(key)) {
      if (again.get(key) !== "high") again.set(key, priority);
      return;
    }
    if (line.add(key, priority, clock.now())) observe.added?.(priority);
    if (priority === "high") undelay(key);
    const next = idle.length > 0 ? take() : undefined;
    if (next !== undefined) idle.shift()?.(next);
  }

  /** Takes the next key into work. */
  function take(): string | undefined {
    const next = line.shift();
    if (!next) return undefined;
    working.set(next.key, clock.now());
    observe.started?.(clock.now() - next.sinceMs);
    return next.key;
  }

  function undelay(key: string) {
    delayed.get(key)?.cancel();
    delayed.delete(key);
  }

  function addAfter(key: string, afterMs: number) {
    if (stopped) return;
    if (afterMs <= 0) return add(key);
    const dueMs = clock.now() + afterMs;
    if ((delayed.get(key)?.dueMs ?? Infinity) <= dueMs) return;
    undelay(key);
    const cancel = clock.timer(afterMs, () => {
      delayed.delete(key);
      add(key);
    });
    delayed.set(key, { dueMs, cancel });
  }

  function remind(key: string, priority: Priority = "high") {
    if (stopped) return;
    if (working.has(key)) reminded.set(key, priority);
    else if (!delayed.has(key)) add(key, priority);
  }

  return {
    add,
    remind,
    addAfter,
    retry(key) {
      if (stopped) return;
      const count = failures.get(key) ?? 0;
      failures.set(key, count + 1);
      observe.retried?.();
      addAfter(key, backoffMs(count, random(), options.backoff));
    },
    forget(key) {
      failures.delete(key);
    },
    dropReminder: (key) => void reminded.delete(key),
    next() {
      if (stopped) return Promise.resolve(undefined);
      const key = take();
      if (key !== undefined) return Promise.resolve(key);
      return new Promise((resolve) => idle.push(resolve));
    },
    finish(key) {
      const sinceMs = working.get(key);
      if (sinceMs === undefined) throw new Error(`Cannot finish "${key}": nobody works on it`);
      working.delete(key);
      observe.finished?.(clock.now() - sinceMs);
      const priority = again.get(key);
      const reminder = reminded.get(key);
      again.delete(key);
      reminded.delete(key);
      if (priority) add(key, priority);
      else if (reminder) remind(key, reminder);
      if (stopped && working.size === 0) drained?.();
    },
    stop() {
      stopped = true;
      line.clear();
      again.clear();
      reminded.clear();
      for (const key of [...delayed.keys()]) undelay(key);
      for (const worker of idle.splice(0)) worker(undefined);
      if (working.size === 0) return Promise.resolve();
      return new Promise((resolve) => drained = resolve);
    },
    start() {
      stopped = false;
      drained = undefined;
    },
    stats: {
      depth: (priority) => line.size(priority),
      workingMs: () => [...working.values()].map((sinceMs) => clock.now() - sinceMs),
      delayed: () => delayed.size,
    },
  };
}
