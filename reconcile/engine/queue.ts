import type { Clock } from "../../kube/clock.ts";
import { type BackoffBounds, backoffMs, DEFAULT_BACKOFF } from "./backoff.ts";
import { createKeyQueue, type Priority } from "./key_queue.ts";

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
   * Queues the key with low priority after a delay. If the key is already delayed, the shorter of the two delays
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
  /**
   * Whether only {@link Queue.addAfter} has queued the key since the start of its previous reconciliation. Then nothing
   * has changed, and only a delay has ended.
   */
  readonly isOnlyDue: boolean;
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

interface Running {
  sinceMs: number;
  priority: Priority;
  /** See {@link RecordedChanges}. */
  isOnlyDue: boolean;
}

interface Delayed {
  dueMs: number;
  cancel: () => void;
  cause: DelayCause;
}

/**
 * Why a key is delayed: only changes to children (`dropMarked()` may cancel only such a delay), only `addAfter`, or
 * anything else.
 */
type DelayCause = "change" | "due" | "other";

export function createQueue(options: QueueOptions): Queue {
  const { clock, random, observe = {} } = options;
  const queued = createKeyQueue();
  /**
   * Each running reconciliation, by key. A call of `add` or `remind` during the reconciliation stores the key in `again`
   * or `reminded`. The queue adds this key when the reconciliation ends.
   */
  const working = new Map<string, Running>();
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
  /** Queued and delayed keys, except keys that only `addAfter` has queued or delayed. */
  const changed = new Set<string>();
  const idle: ((key: string | undefined) => void)[] = [];
  let stopped = false;
  let drained: (() => void) | undefined;

  function add(key: string, priority: Priority = "high") {
    if (stopped) return;
    if (!working.has(key)) changed.add(key);
    enqueue(key, priority);
  }

  function enqueue(key: string, priority: Priority) {
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
    const next = queued.shift(clock.now());
    if (!next) return undefined;
    const isOnlyDue = !changed.delete(next.key);
    working.set(next.key, { sinceMs: clock.now(), priority: next.priority, isOnlyDue });
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

  function delay(key: string, afterMs: number, cause: DelayCause) {
    if (stopped) return;
    if (afterMs <= 0) return endDelay(key, cause);
    const dueMs = clock.now() + afterMs;
    const known = delayed.get(key);
    const joined = known && known.cause !== cause ? "other" : cause;
    if (known && known.dueMs <= dueMs) {
      known.cause = joined;
      return;
    }
    undelay(key);
    const cancel = clock.timer(afterMs, () => {
      delayed.delete(key);
      endDelay(key, entry.cause);
    });
    const entry = { dueMs, cancel, cause: joined };
    delayed.set(key, entry);
  }

  function endDelay(key: string, cause: DelayCause) {
    if (cause === "change") childChanged(key, 0);
    else enqueue(key, cause === "due" && !changed.has(key) ? "low" : "high");
  }

  function remind(key: string) {
    if (stopped) return;
    if (working.has(key)) reminded.add(key);
    else if (!delayed.has(key)) add(key);
    else changed.add(key);
  }

  function childChanged(key: string, settleMs: number) {
    if (stopped) return;
    if (working.has(key)) return setShorter(settling, key, settleMs);
    changed.add(key);
    const waitMs = Math.max(settleMs, (notBefore.get(key) ?? 0) - clock.now());
    if (waitMs > 0) delay(key, waitMs, "change");
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
    addAfter: (key, afterMs) => delay(key, afterMs, "due"),
    retry(key, longestMs) {
      if (stopped) return;
      observe.retried?.();
      changed.add(key);
      delay(key, fail(key, longestMs), "other");
    },
    failed: (key) => void fail(key, 2 * LONGEST_CHILD_WAIT_MS),
    forget(key) {
      failures.delete(key);
      notBefore.delete(key);
    },
    recorded: (key) => ({
      isOnlyDue: working.get(key)?.isOnlyDue ?? false,
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
      if (priority !== "high") {
        if (settleMs < Infinity) childChanged(key, settleMs);
        else if (isReminded) remind(key);
      }
      if (stopped && working.size === 0) drained?.();
    },
    stop() {
      stopped = true;
      queued.clear();
      again.clear();
      reminded.clear();
      settling.clear();
      marked.clear();
      changed.clear();
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

/** Maximum time in milliseconds by which a failure delays the reconciliation after a change to a child. */
export const LONGEST_CHILD_WAIT_MS = 5_000;
