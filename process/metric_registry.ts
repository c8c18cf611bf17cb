/**
 * Metrics in the text format of Prometheus. The operator does not use prom-client, because that package needs 6 MB of
 * memory: it loads the CommonJS loader and Node's HTTP client. See `docs/decisions/0018-memory.md` and
 * https://prometheus.io/docs/instrumenting/exposition_formats/
 */
import { createSeriesMap, type Labels } from "./series_map.ts";

/** One series of a metric. */
export interface Series {
  labels: Labels;
  value: number;
}

/** Name, description and label names of a metric. */
export interface MetricOptions {
  name: string;
  help: string;
  labels: readonly string[];
}

/** A counter or a gauge: a metric with one number per series. A counter only increases. */
export interface NumberMetric {
  /** Adds `amount` to a series; 1 by default. A negative amount is valid only for a gauge. */
  add(labels: Labels, amount?: number): void;
  set(labels: Labels, value: number): void;
  remove(labels: Labels): void;
}

/** A metric that counts observed values in buckets. */
export interface Histogram {
  /** Creates a series with the count 0, so that a scrape includes the series before its first value. */
  zero(labels: Labels): void;
  observe(labels: Labels, value: number): void;
  remove(labels: Labels): void;
}

/** A metric that reads its series at each scrape. */
export interface ReadMetric extends MetricOptions {
  type: "counter" | "gauge";
  /** Returns all current series. The metrics endpoint exports only these series. */
  read(): Iterable<Series>;
}

/** The metrics of a process. Each function that adds a metric throws if the name is in use. */
export interface MetricRegistry {
  counter(options: MetricOptions): Pick<NumberMetric, "add" | "remove">;
  gauge(options: MetricOptions): NumberMetric;
  /** @param options.buckets upper limits of the buckets in ascending order, without infinity */
  histogram(options: MetricOptions & { buckets: readonly number[] }): Histogram;
  read(metric: ReadMetric): void;
  /** Returns all metrics in the text format of Prometheus. */
  text(): string;
}

/** Content type of {@linkcode MetricRegistry.text}. */
export const METRICS_CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** Creates a registry without metrics. */
export function createMetricRegistry(): MetricRegistry {
  const metrics = new Map<string, () => string[]>();

  function register(
    { name, help }: MetricOptions,
    type: "counter" | "gauge" | "histogram",
    lines: () => string[],
  ) {
    if (metrics.has(name)) throw new Error(`Cannot add metric "${name}": it already exists`);
    const head = [`# HELP ${name} ${escape(help)}`, `# TYPE ${name} ${type}`];
    metrics.set(name, () => [...head, ...lines()]);
  }

  function numbers(options: MetricOptions, type: "counter" | "gauge"): NumberMetric {
    const { name } = options;
    const series = createSeriesMap(options.labels, textOf(options), () => ({ value: 0 }));
    register(
      options,
      type,
      () => [...series.entries()].map(([key, { value }]) => line(name, key, value)),
    );
    return {
      add: (labels, amount = 1) => void (series.get(labels).value += amount),
      set: (labels, value) => void (series.get(labels).value = value),
      remove: series.delete,
    };
  }

  return {
    counter: (options) => numbers(options, "counter"),
    gauge: (options) => numbers(options, "gauge"),
    read(metric) {
      register(
        metric,
        metric.type,
        () =>
          [...metric.read()].map(({ labels, value }) =>
            line(metric.name, keyOf(metric, labels), value)
          ),
      );
    },
    histogram(options) {
      const { name, buckets } = options;
      const series = createSeriesMap(options.labels, textOf(options), (): Distribution => ({
        counts: buckets.map(() => 0),
        count: 0,
        sum: 0,
      }));
      register(
        options,
        "histogram",
        () =>
          [...series.entries()].flatMap(([key, found]) =>
            distributionLines(name, key, buckets, found)
          ),
      );
      return {
        zero: (labels) => void series.get(labels),
        observe(labels, value) {
          const found = series.get(labels);
          found.count++;
          found.sum += value;
          const bucket = buckets.findIndex((limit) => value <= limit);
          if (bucket >= 0) found.counts[bucket] = (found.counts[bucket] ?? 0) + 1;
        },
        remove: series.delete,
      };
    },
    text: () => [...metrics.values()].map((lines) => `${lines().join("\n")}\n`).join("\n"),
  };
}

/**
 * Counts and sum of one histogram series. Each value counts only in the first bucket whose limit it does not exceed.
 */
interface Distribution {
  counts: number[];
  count: number;
  sum: number;
}

function distributionLines(
  name: string,
  key: string,
  buckets: readonly number[],
  { counts, count, sum }: Distribution,
): string[] {
  let total = 0;
  const withLimit = (limit: string) => [`le="${limit}"`, key].filter(Boolean).join(",");
  return [
    ...buckets.map((limit, index) =>
      line(`${name}_bucket`, withLimit(String(limit)), total += counts[index] ?? 0)
    ),
    line(`${name}_bucket`, withLimit("+Inf"), count),
    line(`${name}_sum`, key, sum),
    line(`${name}_count`, key, count),
  ];
}

/** Returns the labels in the text format of Prometheus, always in the order of `MetricOptions.labels`. */
function keyOf({ name, labels: names }: MetricOptions, labels: Labels): string {
  if (Object.keys(labels).length !== names.length) {
    const given = Object.keys(labels).join(", ");
    throw new Error(`Cannot use labels "${given}" for metric "${name}": give ${names.join(", ")}`);
  }
  return names.map((label) => {
    const value = labels[label];
    if (value === undefined) {
      throw new Error(`Cannot add a value to metric "${name}": label "${label}" is missing`);
    }
    return `${label}="${escape(value).replaceAll('"', '\\"')}"`;
  }).join(",");
}

function textOf(options: MetricOptions): (labels: Labels) => string {
  return (labels) => keyOf(options, labels);
}

function line(name: string, key: string, value: number): string {
  return `${name}${key && `{${key}}`} ${numberText(value)}`;
}

function numberText(value: number): string {
  if (value === Infinity) return "+Inf";
  return value === -Infinity ? "-Inf" : String(value);
}

function escape(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}
