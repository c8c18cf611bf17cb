import type { MetricRegistry } from "../../process/metric_registry.ts";
import type { QueueObserver, QueueStats } from "./queue.ts";

export interface QueueMetrics {
  readonly observer: QueueObserver;
  /** Sets the queue to measure. Each scrape reads the state of the queue. */
  watch(stats: QueueStats): void;
}

const LABELS = ["name", "controller"];
// Upper limits of the histogram buckets, as in controller-runtime, including its floating-point rounding errors.
const BUCKETS = [
  ...[1e-8, 1e-7, 1e-6, 9.999999999999999e-6, 9.999999999999999e-5],
  ...[0.001, 0.01, 0.1, 1, 10, 100, 1000],
];

/**
 * Registers the metrics of work queues under the names that client-go uses. Returns a function that creates the metrics
 * for the queue of one controller, with all series at zero.
 */
export function createQueueMetrics(registry: MetricRegistry): (controller: string) => QueueMetrics {
  const watched = new Map<string, QueueStats>();
  const adds = counter("workqueue_adds_total", "Total number of keys added to the queue");
  const retries = counter("workqueue_retries_total", "Total number of retries after a failure");
  const waited = histogram(
    "workqueue_queue_duration_seconds",
    "Time that keys waited in the queue",
  );
  const worked = histogram(
    "workqueue_work_duration_seconds",
    "Time that the reconciliation of a key took",
  );

  gauge("workqueue_depth", "Number of keys in the queue", (stats) => stats.depth());
  gauge(
    "workqueue_unfinished_work_seconds",
    "Total time for which the current reconciliations have been running",
    (stats) => stats.workingMs().reduce((sum, ms) => sum + ms, 0) / 1000,
  );
  gauge(
    "workqueue_longest_running_processor_seconds",
    "Time since the start of the oldest reconciliation that is still running",
    (stats) => Math.max(0, ...stats.workingMs()) / 1000,
  );

  function counter(name: string, help: string) {
    return registry.counter({ name, help, labels: LABELS });
  }

  function histogram(name: string, help: string) {
    return registry.histogram({ name, help, labels: LABELS, buckets: BUCKETS });
  }

  function gauge(name: string, help: string, value: (stats: QueueStats) => number) {
    registry.read({
      type: "gauge",
      name,
      help,
      labels: LABELS,
      read: () =>
        watched.entries().map(([controller, stats]) => ({
          labels: { name: controller, controller },
          value: value(stats),
        })),
    });
  }

  return (controller) => {
    const labels = { name: controller, controller };
    adds.add(labels, 0);
    retries.add(labels, 0);
    waited.zero(labels);
    worked.zero(labels);
    return {
      watch: (stats) => watched.set(controller, stats),
      observer: {
        added: () => adds.add(labels),
        retried: () => retries.add(labels),
        started: (waitedMs) => waited.observe(labels, waitedMs / 1000),
        finished: (workedMs) => worked.observe(labels, workedMs / 1000),
      },
    };
  };
}
