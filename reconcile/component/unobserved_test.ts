// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { createObservationRecord, LONGEST_DELAY_MS } from "./unobserved.ts";

function record() {
  let nowMs = 0;
  const isBehind = createObservationRecord({ now: () => nowMs });
  return (generation: number, mark: string, atMs = 0, uid = "a") => {
    nowMs = atMs;
    const metadata = { name: uid, uid, generation };
    return isBehind({ apiVersion: "v1", kind: "Kind", metadata }, mark);
  };
}

Deno.test("after a change of the spec the status is behind until it changes", () => {
  const isBehind = record();
  assertEquals(isBehind(1, "ready"), false);
  assertEquals(isBehind(2, "ready"), true);
  assertEquals(isBehind(2, "ready", 1), true);
  assertEquals(isBehind(2, "updating", 2), false);
  assertEquals(isBehind(2, "ready", 3), false);
});

Deno.test("a status that changes together with the spec is current", () => {
  const isBehind = record();
  isBehind(1, "ready");
  assertEquals(isBehind(2, "updating"), false);
});

Deno.test("a second change of the spec starts the wait again", () => {
  const isBehind = record();
  isBehind(1, "ready");
  isBehind(2, "ready");
  assertEquals(isBehind(3, "ready", LONGEST_DELAY_MS - 1), true);
  assertEquals(isBehind(3, "ready", 2 * LONGEST_DELAY_MS - 2), true);
});

Deno.test("a status that does not change counts as current after a while", () => {
  const isBehind = record();
  isBehind(1, "ready");
  assertEquals(isBehind(2, "ready", 0), true);
  assertEquals(isBehind(2, "ready", LONGEST_DELAY_MS), false);
  assertEquals(isBehind(2, "ready", LONGEST_DELAY_MS + 1), false);
});

Deno.test("an object that is seen for the first time is current, whatever its generation", () => {
  const isBehind = record();
  isBehind(1, "ready");
  isBehind(2, "ready");
  assertEquals(isBehind(5, "ready", 0, "b"), false);
});
