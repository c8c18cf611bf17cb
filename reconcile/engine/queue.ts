import type { Clock } from "../../kube/clock.ts";
import { type BackoffBounds, backoffMs, DEFAULT_BACKOFF } from "./backoff.ts";

/**
 * Priority of a queued key. After a change to an object, the keys of the object have high priority. At the start of the
 * operator and at a resync, all keys have low priority.
 */
export type Priority = "high" | "low";

export interface QueueOptions {
  clock: Clock;
  /** Returns a number in [0, 1), as `Math.random` does. */
  random: () => number;
  backoff?: BackoffBounds;
  /** Receives the events of the queue, to update metrics. */
  observe?: QueueObserver;
}

export interface QueueObserver {
  /** The queue calls this when it adds a key that was not queued. */
  added?(priority: Priority): void;
  /** The queue calls this when a worker takes a key that was queued for `waitedMs` milliseconds. */
  started?(waitedMs: number): void;
  /** The queue calls this when a worker finishes a key after `workedMs` milliseconds. */
  finished?(workedMs: number): void;
  /** The queue calls this when a key is requeued because its reconciliation failed. */
  retried?(): void;
}

/**
 * Work queue of a controller. It contains each key at most once, and never gives a key to two workers at the same time.
 * A key that is added during its reconciliation is queued again afterwards.
 */
export interface Queue {
  /**
   * Queues the key. A high priority also applies to a key that is already queued, and ends the delay of a delayed key.
   */
  add(key: string, priority?: Priority): void;
  /**
   * Queues the key unless it is delayed. For example, the status write of a failed reconciliation must not end the
   * backoff.
   */
  remind(key: string): void;
  /**
   * Queues the key after `settleMs`, because a child has changed. After a failure, the key also waits for the minimum
   * backoff. Without this wait, each change would repeat the failing request. The backoff is at most
   * {@link LONGEST_CHILD_WAIT_MS}, so that the operator repairs a child within seconds.
   */
  childChanged(key: string, settleMs: number): void;
  /**
   * Queues the key with high priority after a delay. If the key is already delayed, the shorter of the two delays
   * applies.
   */
  addAfter(key: string, afterMs: number): void;
  /**
   * Queues the key after a backoff of at most `longestMs`. The backoff doubles with each call up to a maximum.
   * {@link forget} resets the backoff.
   */
  retry(key: string, longestMs?: number): void;
  /**
   * Counts a failure, but does not queue the key. The next {@link childChanged} waits for the minimum backoff. Even
   * after many such failures, a later {@link retry} waits for seconds, not for minutes.
   */
  failed(key: string): void;
  /** Resets the backoff of the key. */
  forget(key: string): void;
  /** Returns the changes that the queue has recorded for a key since its reconciliation started. */
  recorded(key: string): RecordedChanges;
  /** Returns the next key: high priority first, then in order of arrival; undefined after {@link stop}. */
  next(): Promise<string | undefined>;
  /** Returns the priority with which a key was queued whose reconciliation is running. */
  priority(key: string): Priority;
  /** Ends the reconciliation of a key. The worker must call this once for each key that {@link next} returned. */
  finish(key: string): void;
  /**
   * Stops the queue: it ignores new keys and drops the queued keys, because the manager queues every key at the next
   * start. Resolves when all running reconciliations have ended.
   */
  stop(): Promise<void>;
  /** Accepts keys again after {@link stop}. A new queue accepts keys immediately. */
  start(): void;
  readonly stats: QueueStats;
}

/**
 * The changes that the queue has recorded for a key since its reconciliation started. Because of these changes, the
 * queue adds the key again when the reconciliation ends. The reconciliation can cancel the changes that it has already
 * observed.
 */
export interface RecordedChanges {
  /** Limits {@link dropMarked} to the changes before this call. Must be called before the stores are read again. */
  mark(): void;
  /** Cancels the calls of {@link Queue.childChanged} that preceded the last {@link mark}. Later calls remain. */
  dropMarked(): void;
  /** Cancels all earlier {@link Queue.remind} calls for the key. */
  dropReminder(): void;
}

/** Current state of the queue. */
export interface QueueStats {
  /** Returns the number of queued keys. */
  depth(priority?: Priority): number;
  /** Returns the priority of the next key; undefined if no key is queued. */
  nextPriority(): Priority | undefined;
  /** Returns the duration of each running reconciliation so far, in milliseconds. */
  workingMs(): number[];
  /** Returns the number of delayed keys. */
  delayed(): number;
}

interface Delayed {
  dueMs: number;
  cancel: () => void;
  /** Whether only changes to children have delayed the key. `dropMarked()` may cancel only such a delay. */
  isChange: boolean;
}

export function createQueue(options: QueueOptions): Queue {
  const { clock, random, observe = {} } = options;
  const queued = createKeyQueue();
  /**
   * Start time and priority of each running reconciliation, by key. A call of `add` or `remind` during the reconciliation stores the
   * key in `again` or `reminded`. The queue adds this key when the reconciliation ends.
   */
  const working = new Map<string, { sinceMs: number; priority: Priority }>();
  const again = new Map<string, Priority>();
  const reminded = new Set<string>();
  const delayed = new Map<string, Delayed>();
  const failures = new Map<string, number>();
  /** For each key, the earliest time at which a change to a child may start a reconciliation. */
  const notBefore = new Map<string, number>();
  /**
   * For each running reconciliation, the shortest delay that a change to a child requested. The queue adds the key with
   * this delay when the reconciliation ends. `mark()` moves the delay to `marked`, so that `dropMarked()` can cancel
   * it.
   */
  const settling = new Map<string, number>();
  const marked = new Map<string, number>();
  const idle: ((key: string | undefined) => void)[] = [];
  let stopped = false;
  let drained: (() => void) | undefined;

  function add(key: string, priority: Priority = "high") {
    if (stopped) return;
    if (working.has(key)) {
      if (again.get(key) !== "high") again.set(key, priority);
      return;
    }
    if (queued.add(key, priority, clock.now())) observe.added?.(priority);
    if (priority === "high") undelay(key);
    const next = idle.length > 0 ? take() : undefined;
    if (next !== undefined) idle.shift()?.(next);
  }

  /** Returns the next key, and records the start of its reconciliation. */
  function take(): string | undefined {
    const next = queued.shift();
    if (!next) return undefined;
    working.set(next.key, { sinceMs: clock.now(), priority: next.priority });
    observe.started?.(clock.now() - next.sinceMs);
    return next.key;
  }

  function runningOf(key: string) {
    const running = working.get(key);
    if (running) return running;
    throw new Error(`The key "${key}" is not being reconciled`);
  }

  function undelay(key: string) {
    delayed.get(key)?.cancel();
    delayed.delete(key);
  }

  function addAfter(key: string, afterMs: number, isChange = false) {
    if (stopped) return;
    const due = (isChange: boolean) => isChange ? childChanged(key, 0) : add(key);
    if (afterMs <= 0) return due(isChange);
    const dueMs = clock.now() + afterMs;
    const known = delayed.get(key);
    const isOnlyChange = isChange && known?.isChange !== false;
    if (known && known.dueMs <= dueMs) {
      known.isChange = isOnlyChange;
      return;
    }
    undelay(key);
    const cancel = clock.timer(afterMs, () => {
      const { isChange } = entry;
      delayed.delete(key);
      due(isChange);
    });
    const entry = { dueMs, cancel, isChange: isOnlyChange };
    delayed.set(key, entry);
  }

  function remind(key: string) {
    if (stopped) return;
    if (working.has(key)) reminded.add(key);
    else if (!delayed.has(key)) add(key);
  }

  function childChanged(key: string, settleMs: number) {
    if (stopped) return;
    if (working.has(key)) return setShorter(settling, key, settleMs);
    const waitMs = Math.max(settleMs, (notBefore.get(key) ?? 0) - clock.now());
    if (waitMs > 0) addAfter(key, waitMs, true);
    else add(key);
  }

  /** Counts a failure of a key. Returns the backoff in milliseconds before the next retry. */
  function fail(key: string, longestMs = Infinity): number {
    const { firstMs, longestMs: maxMs } = options.backoff ?? DEFAULT_BACKOFF;
    const bounds = { firstMs, longestMs: Math.min(maxMs, longestMs) };
    const count = failures.get(key) ?? 0;
    const fullMs = backoffMs(count, 1, bounds);
    failures.set(key, fullMs < bounds.longestMs ? count + 1 : count);
    const childWaitMs = Math.min(backoffMs(count, 0, bounds), LONGEST_CHILD_WAIT_MS);
    notBefore.set(key, clock.now() + childWaitMs);
    return backoffMs(count, random(), bounds);
  }

  return {
    add,
    remind,
    childChanged,
    addAfter: (key, afterMs) => addAfter(key, afterMs),
    retry(key, longestMs) {
      if (stopped) return;
      observe.retried?.();
      addAfter(key, fail(key, longestMs));
    },
    failed: (key) => void fail(key, 2 * LONGEST_CHILD_WAIT_MS),
    forget(key) {
      failures.delete(key);
      notBefore.delete(key);
    },
    recorded: (key) => ({
      mark() {
        const settleMs = settling.get(key);
        if (settleMs !== undefined) setShorter(marked, key, settleMs);
        settling.delete(key);
      },
      dropMarked: () => void marked.delete(key),
      dropReminder: () => void reminded.delete(key),
    }),
    next() {
      if (stopped) return Promise.resolve(undefined);
      const key = take();
      if (key !== undefined) return Promise.resolve(key);
      return new Promise((resolve) => idle.push(resolve));
    },
    priority: (key) => runningOf(key).priority,
    finish(key) {
      const { sinceMs } = runningOf(key);
      working.delete(key);
      observe.finished?.(clock.now() - sinceMs);
      const priority = again.get(key);
      again.delete(key);
      const isReminded = reminded.delete(key);
      const settleMs = Math.min(settling.get(key) ?? Infinity, marked.get(key) ?? Infinity);
      settling.delete(key);
      marked.delete(key);
      if (priority) add(key, priority);
      else if (settleMs < Infinity) childChanged(key, settleMs);
      else if (isReminded) remind(key);
      if (stopped && working.size === 0) drained?.();
    },
    stop() {
      stopped = true;
      queued.clear();
      again.clear();
      reminded.clear();
      settling.clear();
      marked.clear();
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
      depth: (priority) => queued.size(priority),
      nextPriority: queued.nextPriority,
      workingMs: () => [...working.values()].map(({ sinceMs }) => clock.now() - sinceMs),
      delayed: () => delayed.size,
    },
  };
}

function setShorter(delays: Map<string, number>, key: string, delayMs: number) {
  delays.set(key, Math.min(delayMs, delays.get(key) ?? Infinity));
}

/** Creates a list without duplicate keys. Keys of equal priority keep their order of arrival. */
export function createKeyQueue() {
  // A Map iterates in insertion order, and deletes any key in constant time.
  const queues = { high: new Map<string, number>(), low: new Map<string, number>() };
  const nextPriority = (): Priority | undefined =>
    queues.high.size > 0 ? "high" : queues.low.size > 0 ? "low" : undefined;
  return {
    /**
     * Adds a key, or raises the priority of a queued key to high. Returns false if the list already contained the key.
     */
    add(key: string, priority: Priority, nowMs: number): boolean {
      const low = queues.low.get(key);
      if (queues.high.has(key) || (low !== undefined && priority === "low")) return false;
      queues.low.delete(key);
      queues[priority].set(key, low ?? nowMs);
      return low === undefined;
    },
    /** Removes and returns the first key, with its priority and the time at which it was added. */
    shift(): { key: string; priority: Priority; sinceMs: number } | undefined {
      const priority = nextPriority();
      if (!priority) return undefined;
      const [first] = queues[priority];
      if (!first) return undefined;
      const [key, sinceMs] = first;
      queues[priority].delete(key);
      return { key, priority, sinceMs };
    },
    nextPriority,
    size: (priority?: Priority) =>
      priority ? queues[priority].size : queues.high.size + queues.low.size,
    clear() {
      queues.high.clear();
      queues.low.clear();
    },
  };
}

/** Maximum time in milliseconds by which a failure delays the reconciliation after a change to a child. */
export const LONGEST_CHILD_WAIT_MS = 5_000;

/** Returns the namespace in a key; undefined if the key contains none. */
export function namespaceOfKey(key: string): string | undefined {
  const end = key.indexOf("/");
  return end < 0 ? undefined : key.slice(0, end);
}
