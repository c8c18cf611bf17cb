// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, AssertionError, assertThrows } from "@std/assert";
import type { AuditEntry } from "../../devcluster/audit_entry.ts";
import { auditEntry } from "./audit_entry.ts";
import { handoversIn, timestampMs } from "./handovers.ts";

function write(user: string, fromMs: number, untilMs: number): AuditEntry {
  const at = (ms: number) => `2024-01-01T00:00:00.${String(ms).padStart(3, "0")}000Z`;
  return auditEntry({ user, receivedAt: at(fromMs), completedAt: at(untilMs) });
}

Deno.test("a gap lasts from the response to the last write until the first write of the next operator arrives", () => {
  const writes = [write("b", 300, 310), write("a", 100, 180), write("a", 110, 120)];
  assertEquals(handoversIn("ns", writes), [{ namespace: "ns", from: "a", to: "b", gapMs: 120 }]);
});

Deno.test("a write that arrives before another operator's write is complete causes a failure", () => {
  assertThrows(
    () => handoversIn("ns", [write("a", 100, 180), write("a", 110, 120), write("b", 150, 190)]),
    AssertionError,
    "before",
  );
});

Deno.test("a timestamp keeps its microseconds", () => {
  assertEquals(timestampMs("1970-01-01T00:00:01.000250Z"), 1_000.25);
});
