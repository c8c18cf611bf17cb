import process from "node:process";
import {
  createMetricRegistry,
  type MetricRegistry,
  METRICS_CONTENT_TYPE,
  type ReadMetric,
} from "./metric_registry.ts";

/** A gauge that computes its series at each scrape. */
export type StateGauge = Omit<ReadMetric, "type">;

/** The metrics of one process. */
export interface Metrics {
  /** Registry in which other modules register their metrics. */
  readonly registry: MetricRegistry;
  /** Returns the body of the response to `GET /metrics`. */
  text(): { body: string; contentType: string };
  /** Counts a request to the API server. `code` is the HTTP status, or "<error>" if no response arrived. */
  onRequest(labels: Record<"code" | "method" | "host", string>): void;
  gauge(gauge: StateGauge): void;
}

/** Creates the metrics of a process in a new registry. */
export function createMetrics(): Metrics {
  const registry = createMetricRegistry();
  const requests = registry.counter({
    name: "rest_client_requests_total",
    help:
      "HTTP requests to the API server except those for Leases, by status code, method and host",
    labels: ["code", "method", "host"],
  });
  registerProcessMetrics(registry);
  return {
    registry,
    text: () => ({ body: registry.text(), contentType: METRICS_CONTENT_TYPE }),
    onRequest: ({ code, method, host }) => requests.add({ code, method, host }),
    gauge: (gauge) => registry.read({ ...gauge, type: "gauge" }),
  };
}

/** Registers process metrics from Deno's APIs, because reading /proc requires all Deno permissions. */
function registerProcessMetrics(registry: MetricRegistry) {
  const add = (type: ReadMetric["type"], name: string, help: string, read: () => number) =>
    registry.read({ type, name, help, labels: [], read: () => [{ labels: {}, value: read() }] });
  const startedSeconds = Math.round(Date.now() / 1000 - process.uptime());
  add("gauge", "process_resident_memory_bytes", "Resident memory", () => Deno.memoryUsage().rss);
  add("gauge", "process_heap_bytes", "JavaScript heap in use", () => Deno.memoryUsage().heapUsed);
  add(
    "gauge",
    "process_start_time_seconds",
    "Start time of the process in seconds since the Unix epoch",
    () => startedSeconds,
  );
  let counted = 0;
  add("counter", "process_cpu_seconds_total", "User and system CPU time", () => {
    const { user, system } = process.cpuUsage();
    counted = Math.max(counted, (user + system) / 1e6);
    return counted;
  });
}
