import { getLogger } from "@logtape/logtape";
import type { Clock } from "../../kube/clock.ts";
import { isConflict, reasonOf } from "../../kube/errors.ts";
import { isHeldBack } from "../../kube/write_gate.ts";
import type { ControllerMetrics } from "./controller_metrics.ts";
import type { Log } from "../../kube/log.ts";
import type { Outcome } from "./outcome.ts";
import { createQueue, type Queue } from "./queue.ts";

/**
 * Brings what a key names to what it should be. Is never called for one key twice at a time.
 *
 * @param key `namespace/name`, or `name` where there is no namespace
 * @param signal aborted when the program must stop now; what throws after that is not counted as an error
 */
export type Reconcile = (key: string, signal: AbortSignal) => Promise<Outcome>;

export interface ControllerOptions {
  name: string;
  reconcile: Reconcile;
  /** Keys in work at the same time; 8 by default. */
  workers?: number;
}

export interface Controller {
  readonly name: string;
  readonly queue: Queue;
  /** Works until the queue is stopped, which it starts; resolves when nothing is in work any more. */
  run(signal: AbortSignal): Promise<void>;
}

export interface ControllerContext {
  clock: Clock;
  random: () => number;
  metrics: ControllerMetrics;
  /** Whether to act on a key now; others are dropped, and come again when that has changed. All, if absent. */
  accepts?: (key: string) => boolean;
  log?: Log;
}

export const DEFAULT_WORKERS = 8;

type Result = Outcome | { outcome: "error"; error: unknown };

/** Makes a controller; its queue takes keys at once, work begins with `run`. */
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
    log = getLogger(["engine", "controller", name]),
  } = context;
  const queue = createQueue({ clock, random, observe: metrics.queue });
  metrics.watch(queue.stats);

  /** The contract of the engine: what each end of a pass means for its key. */
  async function work(signal: AbortSignal): Promise<void> {
    for (let key = await queue.next(); key !== undefined; key = await queue.next()) {
      if (!accepts(key)) {
        queue.forget(key);
        queue.finish(key);
        continue;
      }
      const startedMs = clock.now();
      metrics.started();
      const result = await pass(key, signal);
      switch (result.outcome) {
        case "done":
          queue.forget(key);
          metrics.finished(key, { result: "success", tookMs: clock.now() - startedMs });
          break;
        case "requeueAfter":
          queue.forget(key);
          queue.addAfter(key, result.afterMs);
          metrics.finished(key, { result: "requeue_after", tookMs: clock.now() - startedMs });
          break;
        case "requeue":
          queue.retry(key);
          metrics.finished(key, { result: "requeue", tookMs: clock.now() - startedMs });
          break;
        case "error":
          queue.retry(key);
          metrics.finished(key, {
            result: "error",
            tookMs: clock.now() - startedMs,
            error: result.error,
          });
          log.error("Cannot reconcile {key}: {reason}", {
            key,
            reason: reasonOf(result.error),
            error: result.error,
          });
          break;
      }
      queue.finish(key);
    }
  }

  async function pass(key: string, signal: AbortSignal): Promise<Result> {
    try {
      return await reconcile(key, signal);
    } catch (error) {
      // Somebody else wrote first: the next pass sees what. When stopping, whoever starts next tries again. What was held
      // back is dropped by the next look at the key, or goes on.
      if (isConflict(error) || isHeldBack(error) || signal.aborted) return { outcome: "requeue" };
      return { outcome: "error", error };
    }
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
