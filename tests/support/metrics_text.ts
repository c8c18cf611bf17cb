/**
 * Returns the sum of all series of a metric in the Prometheus text format; undefined if there is no such series.
 *
 * @param without a label and its value, such as `method="GET"`; series with this label and value are omitted
 */
export function sumOfMetric(text: string, name: string, without?: string): number | undefined {
  let sum: number | undefined;
  for (const line of text.split("\n")) {
    if (!line.startsWith(name) || (without && line.includes(without))) continue;
    const [, value] = /^(?:\{.*\})? (\S+)/.exec(line.slice(name.length)) ?? [];
    if (value !== undefined) sum = (sum ?? 0) + Number(value);
  }
  return sum;
}
