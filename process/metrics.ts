import process from "node:process";
import { Counter, Gauge, Registry } from "prom-client";

/** A Prometheus gauge whose series are computed at each scrape. */
export interface StateGauge {
  name: string;
  help: string;
  labels: readonly string[];
  /** Returns all current series. A series that is not returned is no longer exported. */
  read(): Iterable<{ labels: Record<string, string>; value: number }>;
}

/** The metrics of one process. */
export interface Metrics {
  /** Registry of prom-client, in which other modules register their metrics. */
  readonly registry: Registry;
  /** Returns the body of the response to `GET /metrics`. */
  text(): Promise<{ body: string; contentType: string }>;
  /** Counts a request to the API server. `code` is the HTTP status, or "<error>" if no response arrived. */
  onRequest(labels: Record<"code" | "method" | "host", string>): void;
  gauge(gauge: StateGauge): void;
}

/** Creates the metrics of a process in a new registry. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const requests = new Counter({
    name: "rest_client_requests_total",
    help:
      "HTTP requests to the API server except those for Leases, by status code, method and host",
    labelNames: ["code", "method", "host"],
    registers,
  });

  function gauge({ name, help, labels, read }: StateGauge) {
    new Gauge({
      name,
      help,
      labelNames: [...labels],
      registers,
      collect() {
        this.reset();
        for (const series of read()) this.set(series.labels, series.value);
      },
    });
  }

  registerProcessMetrics(registry, gauge);
  return {
    registry,
    text: async () => ({ body: await registry.metrics(), contentType: registry.contentType }),
    onRequest: ({ code, method, host }) => requests.inc({ code, method, host }),
    gauge,
  };
}

/** Registers process metrics from Deno's APIs, because prom-client reads /proc, which requires all Deno permissions. */
function registerProcessMetrics(registry: Registry, gauge: Metrics["gauge"]) {
  const add = (name: string, help: string, read: () => number) =>
    gauge({ name, help, labels: [], read: () => [{ labels: {}, value: read() }] });
  const startedSeconds = Math.round(Date.now() / 1000 - process.uptime());
  add("process_resident_memory_bytes", "Resident memory", () => Deno.memoryUsage().rss);
  add("process_heap_bytes", "JavaScript heap in use", () => Deno.memoryUsage().heapUsed);
  add(
    "process_start_time_seconds",
    "Start time of the process in seconds since the Unix epoch",
    () => startedSeconds,
  );
  let counted = 0;
  new Counter({
    name: "process_cpu_seconds_total",
    help: "User and system CPU time",
    registers: [registry],
    collect() {
      const { user, system } = process.cpuUsage();
      const seconds = (user + system) / 1e6;
      this.inc(Math.max(0, seconds - counted));
      counted = Math.max(counted, seconds);
    },
  });
}
