import { getLogger } from "@logtape/logtape";
import type { Clock } from "../../kube/clock.ts";
import { isConflict, isConnectionFailure, reasonOf } from "../../kube/errors.ts";
import type { Log } from "../../kube/log.ts";
import { isHeldBack } from "../../kube/write_gate.ts";
import type { ControllerMetrics, ReconcileResult } from "./controller_metrics.ts";
import { isTerminal, longestBackoffMs, type Outcome, requeue } from "./outcome.ts";
import { createQueue, type Queue, type RecordedChanges } from "./queue.ts";
import { createTurnLimit, type TurnLimit } from "./turn_limit.ts";

/**
 * Reconciles the object of a key. The controller never runs two reconciliations of a key at the same time. When the
 * signal is aborted, the reconciliation must stop immediately. Errors after the abort do not count as failures. With
 * `recorded`, the reconciliation can cancel changes that it has already observed, so that they do not cause another
 * reconciliation.
 */
export type Reconcile = (
  key: string,
  signal: AbortSignal,
  recorded: RecordedChanges,
) => Promise<Outcome>;

export interface ControllerOptions {
  name: string;
  reconcile: Reconcile;
  /** Maximum number of keys that are reconciled at the same time; 8 by default. */
  workers?: number;
}

export interface Controller {
  readonly name: string;
  readonly queue: Queue;
  /**
   * Starts the queue and reconciles keys until the queue is stopped. Resolves when the last reconciliation has ended.
   */
  run(signal: AbortSignal): Promise<void>;
}

export interface ControllerContext {
  clock: Clock;
  random: () => number;
  metrics: Omit<ControllerMetrics, "dropNamespace">;
  /**
   * Returns whether the controller may reconcile a key now; true by default. If not, the controller drops the key. The
   * manager can add the key again later.
   */
  accepts?: (key: string) => boolean;
  /**
   * Limits how long workers occupy one turn of the event loop. All controllers of a manager use the same limit. By
   * default, a controller creates its own limit.
   */
  turnLimit?: TurnLimit;
  log?: Log;
}

export const DEFAULT_WORKERS = 8;

type Result = Outcome | { outcome: "error"; error: unknown };

const RESULTS = {
  done: "success",
  requeueAfter: "requeue_after",
  requeue: "requeue",
  terminal: "error",
  error: "error",
} as const satisfies Record<Result["outcome"], ReconcileResult>;

/** Creates a controller. Its queue accepts keys immediately; `run` starts the reconciliations. */
export function createController(
  options: ControllerOptions,
  context: ControllerContext,
): Controller {
  const { name, reconcile, workers = DEFAULT_WORKERS } = options;
  const {
    clock,
    random,
    metrics,
    accepts = () => true,
    turnLimit = createTurnLimit(clock),
    log = getLogger(["engine", "controller", name]),
  } = context;
  const queue = createQueue({ clock, random, observe: metrics.queue });
  const pause = turnLimit.pauses(queue.stats.nextPriority);
  /** The last logged terminal error of each key. Repeated attempts do not log the same error again. */
  const logged = new Map<string, string>();
  metrics.watch(queue.stats);

  async function work(signal: AbortSignal): Promise<void> {
    for (let key = await queue.next(); key !== undefined; key = await queue.next()) {
      const reconciled = key;
      if (!accepts(key)) forget(key);
      else await turnLimit.run(queue.priority(key), () => reconcileKey(reconciled, signal));
      queue.finish(key);
      await pause();
    }
  }

  /** Reconciles a key. Then requeues, delays or forgets the key, depending on the outcome. */
  async function reconcileKey(key: string, signal: AbortSignal): Promise<void> {
    const startedMs = clock.now();
    metrics.started();
    const result = await resultOf(key, signal);
    switch (result.outcome) {
      case "done":
        forget(key);
        break;
      case "requeueAfter":
        forget(key);
        queue.addAfter(key, result.afterMs);
        break;
      case "requeue":
        queue.retry(key);
        break;
      case "terminal":
        queue.failed(key);
        // The failed reconciliation may have written a status. This status change must not start another attempt.
        queue.recorded(key).dropReminder();
        if (result.afterMs !== undefined) queue.addAfter(key, result.afterMs);
        logTerminal(key, result.error);
        break;
      case "error":
        queue.retry(key, longestBackoffMs(result.error));
        logError(key, result.error);
        break;
    }
    metrics.finished(key, {
      result: RESULTS[result.outcome],
      durationMs: clock.now() - startedMs,
      ...("error" in result && { error: result.error }),
      ...(result.outcome === "terminal" && { terminal: true }),
    });
  }

  async function resultOf(key: string, signal: AbortSignal): Promise<Result> {
    try {
      return await reconcile(key, signal, queue.recorded(key));
    } catch (error) {
      // Conflicts, the shutdown of the operator and a closed write gate are not failures. After a conflict, the retry
      // reads the newer object. After a shutdown, the next process reconciles the key. While the write gate is closed,
      // the controller drops or retries the key.
      if (isConflict(error) || isHeldBack(error) || signal.aborted) return requeue;
      return { outcome: isTerminal(error) ? "terminal" : "error", error };
    }
  }

  function forget(key: string) {
    queue.forget(key);
    logged.delete(key);
  }

  function logError(key: string, error: unknown) {
    // If the API server does not respond, the HTTP transport logs the failure once for all keys.
    log[isConnectionFailure(error) ? "debug" : "error"]("Cannot reconcile {key}: {reason}", {
      key,
      reason: reasonOf(error),
      // A TypeError or RangeError is a bug, so the log contains its stack trace. For other errors, the message is
      // sufficient.
      ...((error instanceof TypeError || error instanceof RangeError) && { error }),
    });
  }

  function logTerminal(key: string, error: unknown) {
    const reason = reasonOf(error);
    if (logged.get(key) === reason) return;
    logged.set(key, reason);
    log.warn(
      "Cannot reconcile {key}: {reason}. The operator retries when the object or one of its children changes",
      {
        key,
        reason,
      },
    );
  }

  return {
    name,
    queue,
    async run(signal) {
      queue.start();
      await Promise.all(Array.from({ length: workers }, () => work(signal)));
    },
  };
}
