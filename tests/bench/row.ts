/** One line of the report. */
export interface Row {
  figure: string;
  graphs: string;
  /** What the Go operator was recorded with. */
  recorded?: string | undefined;
  ours: string;
  /** What the bare loop took for the same objects. */
  bareLoop?: string | undefined;
  /** Ours in relation to the bare loop. */
  ratio?: string | undefined;
  target?: string | undefined;
  met?: boolean | undefined;
}

/** An upper limit that a value is held against. */
export interface Limit {
  text: string;
  met: boolean;
}

/** `≤ 20`, with its unit after it. */
export function atMost(value: number, limit: number, unit = ""): Limit {
  return { text: `≤ ${limit}${unit}`, met: value <= limit };
}

/** A number with as many decimals as its size deserves: `0.43`, `10.3`, `4,327`. */
export function figure(value: number, unit = ""): string {
  const decimals = Number.isInteger(value) || value >= 100 ? 0 : value >= 10 ? 1 : 2;
  const text = value.toLocaleString("en-US", {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
  return unit === "" ? text : `${text} ${unit}`;
}

/** `1.25 ×`; undefined when one of both is missing. */
export function ratio(ours: number, other: number | undefined): string | undefined {
  return other ? `${figure(ours / other)} ×` : undefined;
}
