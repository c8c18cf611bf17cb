// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { requeue } from "./outcome.ts";
import type { ChildPlan } from "./reconciled_kind.ts";
import { apiError } from "./testing/executor.ts";
import { reconcile, type ReconcileOptions, ref, WRITTEN } from "./testing/reconcile_once.ts";
import { thing } from "./testing/thing.ts";

function failsAfter(count: number, error: Error): () => ChildPlan {
  let calls = 0;
  return () => {
    if (++calls > count) throw error;
    return {};
  };
}

Deno.test("changes before the second gather start no reconciliation if the children are then as planned", async () => {
  const stored = thing({}, { state: "gathered 2" });
  const settled = { recorded: true, isCurrent: true, execution: { writes: WRITTEN } };
  const { calls } = await reconcile(stored, settled);
  assertEquals(calls, ["execute", "mark", "report gathered 2 to gathered 2", "drop changes"]);
  const error = new Error("quota exceeded");
  const blocked = { ref, reason: "WaitingForDeletion", message: "" } as const;
  const unsettled: ReconcileOptions[] = [
    { isCurrent: false },
    ...[
      { errors: [{ ref, error }] },
      { blocked: [blocked] },
      { conflicts: [ref] },
      { notices: [{ ref, reason: "NotKept", message: "" } as const] },
    ].map((part) => ({ execution: { writes: WRITTEN, ...part } })),
    { kind: () => ({ collectGarbage: () => Promise.resolve() }) },
    { kind: () => ({ afterStatus: () => Promise.resolve(requeue) }) },
    { kind: () => ({ plan: failsAfter(1, error) }) },
    { kind: (calls) => ({ isPaused: () => calls.includes("mark") }) },
  ];
  for (const options of unsettled) {
    const { calls } = await reconcile(stored, { ...settled, ...options });
    assertEquals([calls.includes("mark"), calls.includes("drop changes")], [true, false]);
  }
});

Deno.test("a written status that the kind does not act on starts no reconciliation", async () => {
  const answer = thing({ resourceVersion: "6" }, { state: "gathered 1" });
  const drops = async (options: ReconcileOptions) => {
    const kind = () => ({ actsOnStatus: () => false });
    const { calls } = await reconcile(thing(), { recorded: true, kind, answer, ...options });
    return calls.includes("drop reminder");
  };
  assertEquals(await drops({}), true);
  assertEquals(await drops({ kind: () => ({ actsOnStatus: () => true }) }), false);
  assertEquals(await drops({ kind: () => ({}) }), false);
  // The API server stores a different status from the one that the controller sent.
  assertEquals(await drops({ answer: thing({ resourceVersion: "6" }) }), false);
  // Another client changes the object after the status write.
  assertEquals(await drops({ later: thing({ resourceVersion: "7" }, answer.status) }), false);
  assertEquals(await drops({ refusal: apiError(409, "Conflict") }), false);
});

Deno.test("a change during the second gather is not marked", async () => {
  const { calls } = await reconcile(thing({}, { state: "gathered 1" }), {
    recorded: true,
    execution: { writes: WRITTEN },
    kind: (calls) => ({ gather: () => calls.push("gather") && 1 }),
  });
  assertEquals(calls.slice(0, 4), ["gather", "execute", "mark", "gather"]);
});
