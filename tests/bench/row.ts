/** One row of the report. */
export interface Row {
  figure: string;
  graphs: string;
  /** Recorded figure of the Go operator. */
  recorded?: string | undefined;
  ours: string;
  /** Figure of the bare loop for the same objects. */
  bareLoop?: string | undefined;
  /** Our figure divided by that of the bare loop. */
  ratio?: string | undefined;
  target?: string | undefined;
  met?: boolean | undefined;
}

/** An upper limit, and whether a value meets it. */
export interface Limit {
  text: string;
  met: boolean;
}

/** Returns a limit such as `≤ 20 s`, with the result of its comparison with the value. */
export function atMost(value: number, limit: number, unit = ""): Limit {
  return { text: `≤ ${limit}${unit}`, met: value <= limit };
}

/** Formats a number with decimals according to its size: `0.43`, `10.3`, `4,327`. */
export function figure(value: number, unit = ""): string {
  const decimals = Number.isInteger(value) || value >= 100 ? 0 : value >= 10 ? 1 : 2;
  const text = value.toLocaleString("en-US", {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
  return unit === "" ? text : `${text} ${unit}`;
}

/** Returns a ratio such as `1.25 ×`; undefined if `other` is missing or 0. */
export function ratio(ours: number, other: number | undefined): string | undefined {
  return other ? `${figure(ours / other)} ×` : undefined;
}
