// @ts-types="../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { parseRequestCounts, requestText, writesIn } from "./request_counts.ts";

const METRICS = `# HELP rest_client_requests_total HTTP requests
# TYPE rest_client_requests_total counter
rest_client_requests_total{code="200",method="GET",host="127.0.0.1:1"} 9
rest_client_requests_total{code="200",method="PATCH",host="127.0.0.1:1"} 20
rest_client_requests_total{code="201",method="PATCH",host="127.0.0.1:1"} 12
rest_client_requests_total{code="200",method="DELETE",host="127.0.0.1:1"} 1
workqueue_adds_total{name="graph"} 5
`;

Deno.test("requests are added up by method", () => {
  const counts = parseRequestCounts(METRICS);
  assertEquals(counts, { GET: 9, PATCH: 32, DELETE: 1 });
  assertEquals(writesIn(counts), 33);
  assertEquals(requestText(counts), "32 PATCH, 1 DELETE and 9 GET");
});

Deno.test("metrics without requests yield an empty result", () => {
  assertEquals(parseRequestCounts("workqueue_depth 1\n"), {});
  assertEquals(writesIn({}), 0);
  assertEquals(requestText({}), "0 GET");
});
