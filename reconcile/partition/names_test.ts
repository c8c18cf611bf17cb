// @ts-types="../../types/std/assert.d.ts"
import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { jobName } from "./names.ts";

Deno.test("a Job is named after its object if the name fits into a label", () => {
  assertEquals(jobName("ddbctldpjob-sample"), "ddbctldpjob-sample-job");
  assertEquals(jobName("n".repeat(59)), `${"n".repeat(59)}-job`);
});

Deno.test("a longer name is truncated and stays unique", () => {
  const [a, b] = [`${"n".repeat(80)}a`, `${"n".repeat(80)}b`].map(jobName);
  assertNotEquals(a, b);
  assertEquals([a?.length, b?.length], [63, 63]);
});

Deno.test("every truncated name is valid", () => {
  for (let dot = 40; dot < 60; dot++) {
    const name = `${"n".repeat(dot)}.${"m".repeat(40)}`;
    assert(jobName(name).length <= 63);
    assertMatch(jobName(name), /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/);
  }
});
