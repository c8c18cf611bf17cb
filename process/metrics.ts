import { Counter, Gauge, Registry } from "prom-client";
import { registerProcessMetrics } from "./process_metrics.ts";

/** One exchange with the API server. */
export interface RequestFigures {
  /** HTTP status, or "<error>". */
  code: string;
  method: string;
  host: string;
}

/** The state of something at the moment the metrics are read. */
export interface StateGauge {
  name: string;
  help: string;
  labels: readonly string[];
  /** All series there are; those of the last reading that are missing now are gone. */
  read(): Iterable<{ labels: Record<string, string>; value: number }>;
}

/** The metrics of one process. */
export interface Metrics {
  /** Holds all of them; other rooms register their own. */
  readonly registry: Registry;
  /** What `/metrics` answers. */
  text(): Promise<{ body: string; contentType: string }>;
  /** To be called after each exchange with the API server. */
  onRequest(figures: RequestFigures): void;
  gauge(gauge: StateGauge): void;
}

/** Makes the metrics, in a registry of their own. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const requests = new Counter({
    name: "rest_client_requests_total",
    help: "HTTP requests to the API server but those on Leases, by status code, method and host",
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
