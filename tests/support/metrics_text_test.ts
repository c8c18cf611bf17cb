// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { sumOfMetric } from "./metrics_text.ts";

const TEXT = `# HELP workqueue_depth Keys in line
# TYPE workqueue_depth gauge
workqueue_depth{name="graph",controller="graph"} 3
workqueue_depth{name="component",controller="component"} 4.5
workqueue_depth_of_something_else 100
process_resident_memory_bytes 1e6
`;

Deno.test("a metric is summed over its series", () => {
  assertEquals(sumOfMetric(TEXT, "workqueue_depth"), 7.5);
});

Deno.test("a metric may have no labels", () => {
  assertEquals(sumOfMetric(TEXT, "process_resident_memory_bytes"), 1e6);
});

Deno.test("a metric that is not there has no sum", () => {
  assertEquals(sumOfMetric(TEXT, "workqueue"), undefined);
});
