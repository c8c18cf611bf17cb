/** The value in the middle; of an even number of values the mean of the two there. Throws without any. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  if (low === undefined || high === undefined) {
    throw new Error("Cannot find the middle of no values");
  }
  return (low + high) / 2;
}
