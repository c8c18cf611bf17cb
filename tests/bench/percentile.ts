/**
 * Returns a percentile by the nearest-rank method: the smallest value that is at least as large as `percent` % of the
 * values.
 *
 * @throws if the list is empty
 */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil(sorted.length * percent / 100) - 1)];
  if (value === undefined) throw new Error("Cannot calculate a percentile of an empty list");
  return value;
}
