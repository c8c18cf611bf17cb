// @ts-types="../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { setConditions, type Statement } from "./conditions.ts";

const early = { generation: 1, nowIso: "2026-01-01T00:00:00Z" };
const late = { generation: 2, nowIso: "2026-01-02T00:00:00Z" };

const ready: Statement = { type: "Ready", status: "True", reason: "AllReady", message: "ok" };

Deno.test("a new condition has the current time as its transition time", () => {
  assertEquals(setConditions([], [ready], early), [{
    ...ready,
    lastTransitionTime: early.nowIso,
    observedGeneration: 1,
  }]);
});

Deno.test("the transition time stays if only reason, message or generation change", () => {
  const before = setConditions([], [ready], early);
  const [after] = setConditions(before, [{ ...ready, reason: "Other", message: "other" }], late);
  assertEquals(after?.lastTransitionTime, early.nowIso);
  assertEquals(after?.observedGeneration, 2);
  assertEquals(after?.reason, "Other");
});

Deno.test("the transition time changes with the status", () => {
  const before = setConditions([], [ready], early);
  const [after] = setConditions(before, [{ ...ready, status: "False" }], late);
  assertEquals(after?.lastTransitionTime, late.nowIso);
});

Deno.test("conditions have the order of the statements, and a condition without a statement is dropped", () => {
  const paused: Statement = { ...ready, type: "Paused" };
  const before = setConditions([], [ready, paused, { ...ready, type: "Old" }], early);
  const after = setConditions(before, [paused, ready], early);
  assertEquals(after.map(({ type }) => type), ["Paused", "Ready"]);
});

Deno.test("a message that is too long for the API server is shortened", () => {
  const [condition] = setConditions([], [{ ...ready, message: "x".repeat(40_000) }], early);
  assertEquals(condition?.message.length, 32_768);
});
