// @ts-types="../types/std/assert.d.ts"
import { assertEquals, assertThrows } from "@std/assert";
import { createMetricRegistry } from "./metric_registry.ts";

Deno.test("counters and gauges have one line per series, with labels in the declared order", () => {
  const registry = createMetricRegistry();
  const requests = registry.counter({ name: "requests_total", help: "All", labels: ["a", "b"] });
  requests.add({ b: "2", a: "1" });
  requests.add({ a: "1", b: "2" }, 2);
  requests.add({ a: "gone", b: "" });
  requests.remove({ a: "gone", b: "" });
  const depth = registry.gauge({ name: "depth", help: "Depth", labels: [] });
  depth.set({}, 5);
  depth.add({}, -1.5);
  assertEquals(
    registry.text(),
    `# HELP requests_total All
# TYPE requests_total counter
requests_total{a="1",b="2"} 3

# HELP depth Depth
# TYPE depth gauge
depth 3.5
`,
  );
});

Deno.test("a bucket of a histogram also counts the values of smaller buckets", () => {
  const registry = createMetricRegistry();
  const buckets = [0.5, 1];
  const histogram = registry.histogram({ name: "s", help: "Seconds", labels: ["c"], buckets });
  histogram.zero({ c: "idle" });
  for (const value of [0.5, 0.75, 1, 2]) histogram.observe({ c: "x" }, value);
  histogram.observe({ c: "gone" }, 1);
  histogram.remove({ c: "gone" });
  assertEquals(
    registry.text(),
    `# HELP s Seconds
# TYPE s histogram
s_bucket{le="0.5",c="idle"} 0
s_bucket{le="1",c="idle"} 0
s_bucket{le="+Inf",c="idle"} 0
s_sum{c="idle"} 0
s_count{c="idle"} 0
s_bucket{le="0.5",c="x"} 1
s_bucket{le="1",c="x"} 3
s_bucket{le="+Inf",c="x"} 4
s_sum{c="x"} 4.25
s_count{c="x"} 4
`,
  );
});

Deno.test("the series of a metric can be read when the metrics are requested", () => {
  const registry = createMetricRegistry();
  let value = Infinity;
  const read = () => [{ labels: { x: "y" }, value }];
  registry.read({ type: "gauge", name: "now", help: "Now", labels: ["x"], read });
  const last = () => registry.text().split("\n").at(-2);
  assertEquals(last(), 'now{x="y"} +Inf');
  value = NaN;
  assertEquals(last(), 'now{x="y"} NaN');
});

Deno.test("quotes, backslashes and line breaks are escaped", () => {
  const registry = createMetricRegistry();
  registry.counter({ name: "n", help: 'a "\\\nb', labels: ["l"] }).add({ l: 'a "\\\nb' });
  assertEquals(
    registry.text(),
    '# HELP n a "\\\\\\nb\n# TYPE n counter\nn{l="a \\"\\\\\\nb"} 1\n',
  );
});

Deno.test("a missing or unknown label and a second metric of the same name are errors", () => {
  const registry = createMetricRegistry();
  const options = { name: "n", help: "N", labels: ["a"] };
  const metric = registry.counter(options);
  assertThrows(() => metric.add({}), Error, 'Cannot use labels "" for metric "n": give a');
  assertThrows(() => metric.add({ b: "" }), Error, 'label "a" is missing');
  assertThrows(() => registry.gauge(options), Error, 'Cannot add metric "n": it already exists');
});

Deno.test("a removed series starts again at zero, and other series stay", () => {
  const registry = createMetricRegistry();
  const metric = registry.counter({ name: "n", help: "N", labels: ["a", "b"] });
  const values = () => registry.text().split("\n").filter((line) => line.startsWith("n{"));
  metric.add({ a: "1", b: "1" }, 2);
  metric.add({ a: "1", b: "2" }, 3);
  metric.remove({ a: "1", b: "1" });
  metric.remove({ a: "1", b: "unknown" });
  metric.add({ b: "2", a: "1" });
  assertEquals(values(), ['n{a="1",b="2"} 4']);
  metric.add({ a: "1", b: "1" });
  assertEquals(values(), ['n{a="1",b="2"} 4', 'n{a="1",b="1"} 1']);
  assertThrows(() => metric.add({ a: "1", b: "1", c: "" }), Error, 'Cannot use labels "a, b, c"');
  metric.add({ a: "1", b: "" });
  assertThrows(() => metric.add({ a: "1", c: "1" }), Error, 'label "b" is missing');
});
