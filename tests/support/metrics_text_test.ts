// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { sumOfMetric } from "./metrics_text.ts";

const TEXT = `# HELP workqueue_depth Keys in the queue
# TYPE workqueue_depth gauge
workqueue_depth{name="graph",controller="graph"} 3
workqueue_depth{name="component",controller="component"} 4.5
workqueue_depth_of_something_else 100
process_resident_memory_bytes 1e6
`;

Deno.test("the series of a metric are summed", () => {
  assertEquals(sumOfMetric(TEXT, "workqueue_depth"), 7.5);
});

Deno.test("the series with a label are omitted", () => {
  assertEquals(sumOfMetric(TEXT, "workqueue_depth", 'name="graph"'), 4.5);
});

Deno.test("a metric without labels can be read", () => {
  assertEquals(sumOfMetric(TEXT, "process_resident_memory_bytes"), 1e6);
});

Deno.test("the sum of a missing metric is undefined", () => {
  assertEquals(sumOfMetric(TEXT, "workqueue"), undefined);
});
