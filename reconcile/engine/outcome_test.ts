// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertThrows } from "@std/assert";
import type { Ref } from "../apply/execution.ts";
import { outcomeOf } from "./outcome.ts";

const ref: Ref = { apiVersion: "v1", kind: "Service", namespace: "ns", name: "a" };
const fine = { errors: [], blocked: [], conflicts: [] };

Deno.test("errors are thrown together, each with its object", () => {
  const errors = [{ ref, error: new Error("first") }, { ref, error: "second" }];
  const thrown = assertThrows(() => outcomeOf({ ...fine, errors }), AggregateError);
  assertEquals(thrown.message, 'Service "ns/a": first; Service "ns/a": second');
  assertEquals(thrown.errors.length, 2);
});

Deno.test("conflicts are tried again, what is in the way is looked for later", () => {
  assertEquals(outcomeOf(fine), { outcome: "done" });
  assertEquals(outcomeOf({ ...fine, conflicts: [ref] }), { outcome: "requeue" });
  const foreign = { ref, reason: "NameConflict", message: "" } as const;
  const waiting = { ref, reason: "WaitingForDeletion", message: "" } as const;
  assertEquals(outcomeOf({ ...fine, blocked: [foreign] }), {
    outcome: "requeueAfter",
    afterMs: 30_000,
  });
  assertEquals(outcomeOf({ ...fine, blocked: [foreign, waiting] }), {
    outcome: "requeueAfter",
    afterMs: 5_000,
  });
});
