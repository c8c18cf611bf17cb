// @ts-types="../types/std/assert.d.ts"
import { assert, assertEquals } from "@std/assert";
import { createMetrics, type Metrics } from "./metrics.ts";

/** Returns the series of one metric as `labels value`, without series whose value is zero. */
function series(metrics: Metrics, name: string): string[] {
  const { body } = metrics.text();
  return body.split("\n").filter((line) =>
    line.startsWith(`${name}{`) || line.startsWith(`${name} `)
  )
    .map((line) => line.slice(name.length).trim()).filter((line) => !line.endsWith(" 0"));
}

Deno.test("requests are counted, and process metrics need no permissions", () => {
  const metrics = createMetrics();
  metrics.onRequest({ code: "200", method: "GET", host: "api:443" });
  metrics.onRequest({ code: "200", method: "GET", host: "api:443" });
  assertEquals(series(metrics, "rest_client_requests_total"), [
    '{code="200",method="GET",host="api:443"} 2',
  ]);
  for (
    const name of [
      "process_resident_memory_bytes",
      "process_cpu_seconds_total",
      "process_start_time_seconds",
    ]
  ) {
    const [value] = series(metrics, name);
    assert(Number(value) > 0, `${name} ${value}`);
  }
});

Deno.test("a gauge drops the series that its source no longer returns", () => {
  const metrics = createMetrics();
  let states = [{ labels: { state: "pending" }, value: 2 }];
  metrics.gauge({ name: "things", help: "Things", labels: ["state"], read: () => states });
  assertEquals(series(metrics, "things"), ['{state="pending"} 2']);
  states = [{ labels: { state: "ready" }, value: 2 }];
  assertEquals(series(metrics, "things"), ['{state="ready"} 2']);
});
