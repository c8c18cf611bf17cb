// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertStringIncludes } from "@std/assert";
import { fakeClock } from "../../kube/testing/fake_clock.ts";
import { done, type Outcome, requeue, requeueAfter } from "./outcome.ts";
import { createStatusHold } from "./status_hold.ts";
import { apiError } from "./testing/executor.ts";
import { createMemoryLog } from "./testing/memory_log.ts";
import { FOREIGN, reconcile, ref, type ThingKind, WRITTEN } from "./testing/reconcile_once.ts";
import { DELETED, thing } from "./testing/thing.ts";
import { createUnstoredFields } from "./unstored_fields.ts";

const OWN = "example.com/own";

Deno.test("an absent object gets no children", async () => {
  assertEquals(await reconcile(undefined), { calls: [], result: "done" });
});

Deno.test("without a difference nothing is written, and no status", async () => {
  const { calls } = await reconcile(thing({}, { state: "gathered 1" }));
  assertEquals(calls, ["execute"]);
});

Deno.test("after writes the status is derived from a second gather", async () => {
  const { calls } = await reconcile(thing({}, { state: "gathered 1" }), {
    execution: { writes: WRITTEN },
  });
  assertEquals(calls, [
    "execute",
    'status {"state":"gathered 2"}',
    "store",
    "report gathered 1 to gathered 2",
  ]);
});

Deno.test("a gather that sends reads is awaited", async () => {
  const kind = () => ({ gather: () => Promise.resolve(7) });
  const { calls } = await reconcile(thing(), { kind });
  assertEquals(calls[1], 'status {"state":"gathered 7"}');
});

Deno.test("an object that is being deleted gets no children, only the foreign finalizer is removed", async () => {
  const dying = { ...DELETED, finalizers: ["other", FOREIGN] };
  const { calls, result } = await reconcile(thing(dying));
  assertEquals(calls, [
    'patch {"metadata":{"resourceVersion":"5","finalizers":["other"]}}',
    "store",
  ]);
  assertEquals(result, "done");
});

Deno.test("a foreign finalizer that cannot be removed is reported, and prevents nothing else", async () => {
  const refused = (status: number) => ({ refusal: apiError(status, "failed calling webhook") });
  const live = thing({ finalizers: [FOREIGN] }, { state: "failed" });
  const { calls, result } = await reconcile(live, refused(500));
  assertEquals(calls, ['patch {"metadata":{"resourceVersion":"5","finalizers":[]}}', "execute"]);
  assertStringIncludes(result, 'Thing "n/a": failed calling webhook');
  // A conflict (409) stops the reconciliation, because the stored object is outdated. If the object is being deleted,
  // any refusal stops the reconciliation, because the foreign finalizer prevents the deletion.
  assertEquals((await reconcile(live, refused(409))).calls.length, 1);
  const dying = thing({ ...DELETED, finalizers: [FOREIGN] });
  assertEquals((await reconcile(dying, refused(500))).calls.length, 1);
});

Deno.test("a paused object is executed as paused and gets its status", async () => {
  const { calls } = await reconcile(thing(), { paused: true });
  assertEquals(calls.slice(0, 2), ["execute paused", 'status {"state":"gathered 1"}']);
});

Deno.test("an object that is deleted while its status is written is done", async () => {
  const { calls, result } = await reconcile(thing(), { refusal: apiError(404, "NotFound") });
  assertEquals(calls, ["execute", 'status {"state":"gathered 1"}']);
  assertEquals(result, "done");
});

Deno.test("a conflict of the status write requeues the key without a report", async () => {
  const { calls, result } = await reconcile(thing(), { refusal: apiError(409, "Conflict") });
  assertEquals(calls, ["execute", 'status {"state":"gathered 1"}']);
  assertEquals(result, "requeue");
});

Deno.test("errors of writes are in the status before the reconciliation fails", async () => {
  const errors = [{ ref, error: new Error("quota exceeded") }];
  const { calls, result } = await reconcile(thing(), { execution: { errors } });
  assertEquals(calls[1], 'status {"state":"failed"}');
  assertStringIncludes(result, "quota exceeded");
});

Deno.test("an error of the planning code is in the status before the reconciliation fails", async () => {
  const kind = () => ({
    plan: () => {
      throw new TypeError("args is not iterable");
    },
  });
  const { calls, result } = await reconcile(thing(), { kind });
  assertEquals(calls.slice(0, 2), ["execute", 'status {"state":"failed"}']);
  assertStringIncludes(result, 'Thing "n/a": args is not iterable');
});

Deno.test("effects run between the writes and the status, and their result reaches the status", async () => {
  const kind = (calls: string[]): Partial<ThingKind> => ({
    effects: () => Promise.resolve(`loaded, number ${calls.push("effects")}`),
    afterStatus: (_, stored, effects) => {
      calls.push(`after status of ${stored.metadata.name}: ${effects}`);
      return Promise.resolve(requeueAfter(1_000));
    },
  });
  const { calls, result } = await reconcile(thing(), { kind });
  assertEquals(calls, [
    "execute",
    "effects",
    'status {"state":"loaded, number 2"}',
    "store",
    "report undefined to loaded, number 2",
    "after status of a: loaded, number 2",
  ]);
  assertEquals(result, "requeueAfter");
});

Deno.test("effects that find the plan out of date requeue the key without a status", async () => {
  const kind = () => ({ effects: () => Promise.resolve(undefined) });
  assertEquals(await reconcile(thing(), { kind }), { calls: ["execute"], result: "requeue" });
});

Deno.test("no step follows a status that is not stored", async () => {
  for (const refusal of [apiError(404, "NotFound"), apiError(409, "Conflict")]) {
    const kind = (calls: string[]): Partial<ThingKind> => ({
      afterStatus: () => Promise.resolve(calls.push("after status") ? done : requeue),
    });
    const { calls } = await reconcile(thing(), { kind, refusal });
    assertEquals(calls.includes("after status"), false);
  }
});

Deno.test("garbage is collected for absent objects and for live ones, before anything else", async () => {
  const kind = (calls: string[]): Partial<ThingKind> => ({
    collectGarbage: (key, object) =>
      Promise.resolve(void calls.push(`collect ${key} of ${object?.metadata.uid}`)),
  });
  assertEquals((await reconcile(undefined, { kind })).calls, ["collect n/a of undefined"]);
  assertEquals((await reconcile(thing(), { kind })).calls.slice(0, 2), [
    "collect n/a of u",
    "execute",
  ]);
});

function withCleanup(outcome: Outcome, isNeeded = true) {
  return (calls: string[]): Partial<ThingKind> => ({
    finalize: {
      finalizer: OWN,
      isNeeded: () => isNeeded,
      cleanup: () => Promise.resolve(calls.push("cleanup") ? outcome : done),
    },
  });
}

Deno.test("the finalizer is added before the first write, while a foreign one is removed", async () => {
  const { calls } = await reconcile(thing({ finalizers: [FOREIGN, "other"] }), {
    kind: withCleanup(done),
    paused: false,
  });
  assertEquals(calls.slice(0, 2), [
    `patch {"metadata":{"resourceVersion":"5","finalizers":["other","${OWN}"]}}`,
    "store",
  ]);
  const kept = await reconcile(thing({ finalizers: [OWN] }), { kind: withCleanup(done) });
  assertEquals(kept.calls[0], "execute");
});

Deno.test("a paused object and an object that is being deleted get no finalizer", async () => {
  const paused = await reconcile(thing(), { kind: withCleanup(done), paused: true });
  assertEquals(paused.calls[0], "execute paused");
  const dying = await reconcile(thing(DELETED), { kind: withCleanup(done) });
  assertEquals(dying, { calls: [], result: "done" });
});

Deno.test("an object that needs no cleanup loses the finalizer, also while it is being deleted", async () => {
  const kind = withCleanup(done, false);
  const removal = 'patch {"metadata":{"resourceVersion":"5","finalizers":["other"]}}';
  const finalizers = ["other", OWN];
  assertEquals((await reconcile(thing({ finalizers }), { kind })).calls[0], removal);
  const dying = await reconcile(thing({ ...DELETED, finalizers }), { kind });
  assertEquals(dying.calls, [removal, "store"]);
  const without = await reconcile(thing({ finalizers: ["other"] }), { kind });
  assertEquals(without.calls[0], "execute");
});

Deno.test("a cleanup that is not done keeps the finalizer and decides when to retry", async () => {
  const dying = thing({ ...DELETED, finalizers: [OWN] });
  for (const outcome of [requeueAfter(5_000), requeue]) {
    const { calls, result } = await reconcile(dying, { kind: withCleanup(outcome) });
    assertEquals({ calls, result }, { calls: ["cleanup"], result: outcome.outcome });
  }
});

Deno.test("a cleanup that is done releases the object, paused or not", async () => {
  const dying = thing({ ...DELETED, finalizers: ["other", OWN] });
  for (const paused of [false, true]) {
    const { calls, result } = await reconcile(dying, { kind: withCleanup(done), paused });
    assertEquals(calls, [
      "cleanup",
      'patch {"metadata":{"resourceVersion":"5","finalizers":["other"]}}',
      "store",
    ]);
    assertEquals(result, "done");
  }
});

Deno.test("an object that vanished before its finalizer is changed is done", async () => {
  const refusal = apiError(404, "NotFound");
  const dying = thing({ ...DELETED, finalizers: [OWN] });
  for (const object of [dying, thing()]) {
    const { calls, result } = await reconcile(object, { kind: withCleanup(done), refusal });
    assertEquals(result, "done");
    assertEquals(calls.includes("execute"), false);
  }
});

Deno.test("children are adopted only while the object exists and is not being deleted", async () => {
  const stored = thing({}, { state: "gathered 1" });
  for (
    const [current, confirmed] of [
      [stored, true],
      [thing(DELETED), false],
      [thing({ uid: "recreated" }), false],
      [undefined, false],
    ] as const
  ) {
    const { calls } = await reconcile(stored, { adopts: true, ...(current && { current }) });
    assertEquals(calls, ["execute", "list metadata.name=a", `confirmed ${confirmed}`]);
  }
});

Deno.test("the status can report the fields that the API server does not store", async () => {
  const unstored = createUnstoredFields({ kind: "things", log: createMemoryLog(), remedy: "" });
  unstored.compare({ state: "a", other: 1 }, { state: "a" });
  const kind = () => ({
    status: ({ unstored = [] }: { unstored?: readonly string[] }) => ({ state: unstored.join() }),
  });
  const { calls } = await reconcile(thing(), { kind, unstored });
  assertEquals(calls.includes('status {"state":"status.other"}'), true, calls.join());
});

Deno.test("a status that may wait is written when it is due, also after a conflict", async () => {
  const clock = fakeClock();
  const hold = createStatusHold(clock);
  const kind = () => ({ statusDelayMs: () => 2_000 });
  assertEquals(await reconcile(thing(), { kind, hold }), {
    calls: ["execute"],
    result: "requeueAfter",
  });
  clock.advance(2_000);
  const refusal = apiError(409, "Conflict");
  assertEquals((await reconcile(thing(), { kind, hold, refusal })).result, "requeue");
  const { calls, result } = await reconcile(thing(), { kind, hold });
  assertEquals(calls.slice(0, 2), ["execute", 'status {"state":"gathered 1"}']);
  assertEquals([result, hold.size()], ["done", 0]);
});

Deno.test("a delayed status is written without a new plan if nothing but its delay has ended", async () => {
  const clock = fakeClock();
  const hold = createStatusHold(clock);
  const kind = () => ({ statusDelayMs: () => 2_000 });
  const stored = thing();
  const first = await reconcile(stored, { kind, hold, execution: { writes: WRITTEN } });
  assertEquals(first.calls, ["execute", "report undefined to gathered 2"]);
  clock.advance(2_000);
  const second = await reconcile(stored, { kind, hold, isOnlyDue: true });
  assertEquals(second, { calls: [], result: "done" });
  // The write belongs to the first reconciliation, which has already recorded the events of its writes to children.
  assertEquals(first.calls.slice(2), [
    'status {"state":"gathered 2"}',
    "store",
    "report undefined to gathered 2",
  ]);
  assertEquals(hold.size(), 0);
  const third = await reconcile(stored, { kind, hold, isOnlyDue: true });
  assertEquals(third.calls[0], "execute", "the write was repeated");
});

Deno.test("a delayed status is planned again after a change, or if it must be reconciled earlier", async () => {
  const kind = () => ({ statusDelayMs: () => 2_000 });
  const [stored, newer] = [thing(), thing()];
  const earlier = () => ({ ...kind(), afterStatus: () => Promise.resolve(requeueAfter(1_000)) });
  const later = () => ({ ...kind(), afterStatus: () => Promise.resolve(requeueAfter(3_000)) });
  const cases = [
    { object: stored, isOnlyDue: false, kind, plans: true },
    { object: newer, isOnlyDue: true, kind, plans: true },
    { object: stored, isOnlyDue: true, kind: earlier, plans: true },
    { object: stored, isOnlyDue: true, kind: later, plans: false },
  ];
  for (const { object, isOnlyDue, kind, plans } of cases) {
    const hold = createStatusHold(fakeClock());
    await reconcile(stored, { kind, hold });
    const { calls } = await reconcile(object, { kind, hold, isOnlyDue });
    assertEquals(calls.includes("execute"), plans);
  }
});

Deno.test("a status that is written later does not delay the next reconciliation", async () => {
  const clock = fakeClock();
  const hold = createStatusHold(clock);
  const kind = () => ({
    statusDelayMs: () => 2_000,
    afterStatus: () => Promise.resolve(requeueAfter(5_000)),
  });
  const stored = thing();
  await reconcile(stored, { kind, hold, clock });
  clock.advance(2_000);
  const outcomes: Outcome[] = [];
  const onOutcome = (outcome: Outcome) => void outcomes.push(outcome);
  await reconcile(stored, { kind, hold, clock, isOnlyDue: true, onOutcome });
  assertEquals(outcomes, [requeueAfter(3_000)]);
});

Deno.test("an error is in the status at once, although a status waits", async () => {
  const hold = createStatusHold(fakeClock());
  const kind = (): Partial<ThingKind> => ({
    statusDelayMs: ({ execution: { errors } }) => errors.length > 0 ? 0 : 2_000,
  });
  await reconcile(thing(), { kind, hold });
  assertEquals(hold.size(), 1);
  const errors = [{ ref, error: new Error("quota exceeded") }];
  const { calls } = await reconcile(thing(), { kind, hold, execution: { errors } });
  assertEquals(calls[1], 'status {"state":"failed"}');
  assertEquals(hold.size(), 0);
  // After a conflict, the operator writes the status immediately, although the kind requests a delay of 2 s.
  const always = { kind: () => ({ statusDelayMs: () => 2_000 }), hold };
  await reconcile(thing(), { ...always, execution: { conflicts: [ref] } });
  assertEquals(hold.size(), 0);
  await reconcile(thing(), always);
  assertEquals(hold.size(), 1);
});

Deno.test("no status waits for an object that is up to date, absent or in deletion", async () => {
  const kind = () => ({ statusDelayMs: () => 2_000 });
  for (const later of [thing({}, { state: "gathered 1" }), undefined, thing(DELETED)]) {
    const hold = createStatusHold(fakeClock());
    await reconcile(thing(), { kind, hold });
    assertEquals(hold.size(), 1);
    assertEquals((await reconcile(later, { kind, hold })).result, "done");
    assertEquals(hold.size(), 0);
  }
});

Deno.test("an object in deletion gets the status that names what it waits for", async () => {
  const waiting = {
    kind: () => ({ deletingStatus: () => Promise.resolve({ state: "waiting" }) }),
  };
  const deleting = thing(DELETED, { state: "ready" });
  const { calls, result } = await reconcile(deleting, waiting);
  assertEquals([...calls, result], ['status {"state":"waiting"}', "store", "done"]);
  const again = await reconcile(thing(DELETED, { state: "waiting" }), waiting);
  assertEquals(again, { calls: [], result: "done" });
  const refusal = apiError(409, "Conflict");
  assertEquals((await reconcile(deleting, { ...waiting, refusal })).result, "requeue");
});
