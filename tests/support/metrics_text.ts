/** Returns the sum of all series of a metric in the Prometheus text format; undefined if the metric does not exist. */
export function sumOfMetric(text: string, name: string): number | undefined {
  let sum: number | undefined;
  for (const line of text.split("\n")) {
    if (!line.startsWith(name)) continue;
    const [, value] = /^(?:\{.*\})? (\S+)/.exec(line.slice(name.length)) ?? [];
    if (value !== undefined) sum = (sum ?? 0) + Number(value);
  }
  return sum;
}
