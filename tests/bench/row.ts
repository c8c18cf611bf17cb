import type { Spread } from "./spread.ts";

/** One row of the table that the benchmark prints. Each figure is a text with its unit. */
export interface Row {
  figure: string;
  graphs: string;
  /** Figure of the Go operator from an earlier measurement, which this benchmark does not repeat. */
  recorded?: string | undefined;
  ours: string;
  /** Figure of a loop that applies the same children without the operator. */
  apply?: string | undefined;
  /** The figure in `ours` divided by the figure in `apply`. */
  applyRatio?: string | undefined;
  /** Figure of a loop that creates the same children by POST without the operator. */
  post?: string | undefined;
  /** The figure in `ours` divided by the figure in `post`. */
  postRatio?: string | undefined;
  target?: string | undefined;
  met?: boolean | undefined;
}

/** An upper limit as text, and whether the measured value meets this limit. */
export interface Limit {
  text: string;
  met: boolean;
}

/** Returns an upper limit with text such as `≤ 20 s`. The limit is met if `value` is at most `limit`. */
export function atMost(value: number, limit: number, unit = ""): Limit {
  return { text: `≤ ${limit}${unit}`, met: value <= limit };
}

export function targetOf(limit: Limit | undefined): Pick<Row, "target" | "met"> {
  return limit ? { target: limit.text, met: limit.met } : {};
}

/** Formats an integer with all its digits, and any other number with about three digits: `4,327`, `0.43`, `10.3`. */
export function figure(value: number, unit = ""): string {
  const decimals = Number.isInteger(value) || value >= 100 ? 0 : value >= 10 ? 1 : 2;
  const text = value.toLocaleString("en-US", {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
  return unit === "" ? text : `${text} ${unit}`;
}

/** Formats the median of several rounds with the smallest and the largest value: `10.3 s (9.80..11.0)`. */
export function spreadFigure({ median, min, max, count }: Spread, unit = ""): string {
  if (count === 1 || min === max) return figure(median, unit);
  return `${figure(median, unit)} (${figure(min)}..${figure(max)})`;
}

/** Returns `ours / other` as text, such as `1.25 ×`; undefined if `other` is missing or 0. */
export function ratio(ours: number, other: number | undefined): string | undefined {
  return other ? `${figure(ours / other)} ×` : undefined;
}
