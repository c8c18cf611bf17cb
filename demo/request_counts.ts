/** Number of requests to the API server by HTTP method. */
export type RequestCounts = Readonly<Record<string, number>>;

const SERIES = /^rest_client_requests_total\{([^}]*)\}\s+(\S+)/;
const METHOD = /(?:^|,)method="([^"]*)"/;

/**
 * Parses the metrics of a process in Prometheus text format. Returns how many requests the process has sent to the API
 * server.
 */
export function parseRequestCounts(metrics: string): RequestCounts {
  const counts: Record<string, number> = {};
  for (const line of metrics.split("\n")) {
    const [, labels, value] = SERIES.exec(line) ?? [];
    const method = METHOD.exec(labels ?? "")?.[1];
    if (method !== undefined) counts[method] = (counts[method] ?? 0) + Number(value);
  }
  return counts;
}

/** Returns the number of mutating requests: all requests except GET, which is also the method of lists and watches. */
export function writesIn(counts: RequestCounts): number {
  return Object.entries(counts).reduce((sum, [method, n]) => method === "GET" ? sum : sum + n, 0);
}

/** Returns counts as text such as `52 PATCH, 4 DELETE and 9 GET`: the most frequent method first, and GET last. */
export function requestText(counts: RequestCounts): string {
  const { GET: reads = 0, ...writes } = counts;
  const parts = Object.entries(writes).sort(([, a], [, b]) => b - a)
    .map(([method, count]) => `${count} ${method}`);
  return [parts.join(", "), `${reads} GET`].filter((text) => text !== "").join(" and ");
}
