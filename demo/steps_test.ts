// @ts-types="../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { createSteps } from "./steps.ts";

Deno.test("each step is numbered, timed, and counts the writes during it", async () => {
  const headings: string[] = [];
  let nowMs = 1000;
  let writes = 0;
  const steps = createSteps({
    output: { heading: (text) => headings.push(text) },
    total: 3,
    nowMs: () => nowMs,
  });
  await steps.begin("Cluster");
  nowMs += 500;
  await steps.begin("Operator");
  steps.countRequests(() => Promise.resolve({ GET: 7, PATCH: writes }));
  writes = 2;
  nowMs += 100;
  await steps.begin("Graph");
  writes = 12;
  nowMs += 30;
  await steps.end();
  await steps.end();
  assertEquals(headings, ["1/3  Cluster", "2/3  Operator", "3/3  Graph"]);
  assertEquals(steps.figures, [
    { title: "1  Cluster", tookMs: 500, writes: undefined },
    { title: "2  Operator", tookMs: 100, writes: 2 },
    { title: "3  Graph", tookMs: 30, writes: 10 },
  ]);
});
