import { Counter, Gauge, Registry } from "prom-client";
import { registerProcessMetrics } from "./process_metrics.ts";

/** Labels of one request to the API server. */
export interface RequestFigures {
  /** HTTP status, or "<error>" without a response. */
  code: string;
  method: string;
  host: string;
}

/** Gauge whose series are computed for each scrape. */
export interface StateGauge {
  name: string;
  help: string;
  labels: readonly string[];
  /** Returns all current series. A series of an earlier scrape that it omits ends. */
  read(): Iterable<{ labels: Record<string, string>; value: number }>;
}

/** Metrics of one process. */
export interface Metrics {
  /** Registry, in which other rooms register their metrics. */
  readonly registry: Registry;
  /** Returns the answer to `GET /metrics`. */
  text(): Promise<{ body: string; contentType: string }>;
  /** Counts a request to the API server. */
  onRequest(figures: RequestFigures): void;
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
  registerProcessMetrics(registry);
  return {
    registry,
    text: async () => ({ body: await registry.metrics(), contentType: registry.contentType }),
    onRequest: ({ code, method, host }) => requests.inc({ code, method, host }),
    gauge({ name, help, labels, read }) {
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
    },
  };
}
