/** One row of the table that the benchmark prints. Each figure is a text with its unit. */
export interface Row {
  figure: string;
  graphs: string;
  /** Figure of the Go operator from an earlier measurement, which this benchmark does not repeat. */
  recorded?: string | undefined;
  ours: string;
  /** Value measured for the baseline: a loop that applies the same children without the operator. */
  bareLoop?: string | undefined;
  /** Figure of this operator divided by the baseline in `bareLoop`. */
  ratio?: string | undefined;
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

/** Formats a number with three digits, or all digits of an integer: `0.43`, `10.3`, `4,327`. */
export function figure(value: number, unit = ""): string {
  const decimals = Number.isInteger(value) || value >= 100 ? 0 : value >= 10 ? 1 : 2;
  const text = value.toLocaleString("en-US", {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
  return unit === "" ? text : `${text} ${unit}`;
}

/** Returns `ours / other` as text, such as `1.25 ×`; undefined if `other` is missing or 0. */
export function ratio(ours: number, other: number | undefined): string | undefined {
  return other ? `${figure(ours / other)} ×` : undefined;
}
