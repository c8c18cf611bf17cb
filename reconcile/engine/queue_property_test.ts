// @ts-types="../../types/std/assert.d.ts"
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Priority } from "./key_queue.ts";
import { createQueue } from "./queue.ts";
import { createFakeClock, type FakeClock, settle } from "./testing/fake_clock.ts";

const KEYS = ["a", "b", "c", "d", "e"];
const BACKOFF = { firstMs: 16, longestMs: 256 };

type Step =
  | { step: "add"; key: string; priority: Priority }
  | { step: "addAfter"; key: string; afterMs: number }
  | { step: "child"; key: string; settleMs: number }
  | { step: "observe"; nth: number; what: "mark" | "drop" }
  | { step: "end"; nth: number; how: "done" | "retry" | "later" }
  | { step: "advance"; byMs: number };

const key = fc.constantFrom(...KEYS);
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    fc.record({
      step: fc.constant("add" as const),
      key,
      priority: fc.constantFrom<Priority>("high", "low"),
    }),
    fc.record({ step: fc.constant("addAfter" as const), key, afterMs: fc.nat(300) }),
    fc.record({ step: fc.constant("child" as const), key, settleMs: fc.nat(300) }),
    fc.record({
      step: fc.constant("observe" as const),
      nth: fc.nat(3),
      what: fc.constantFrom("mark" as const, "drop" as const),
    }),
    fc.record({
      step: fc.constant("end" as const),
      nth: fc.nat(3),
      how: fc.constantFrom("done" as const, "retry" as const, "later" as const),
    }),
    fc.record({ step: fc.constant("advance" as const), byMs: fc.nat(200) }),
  ),
  { maxLength: 80, size: "+2" },
);
const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

/**
 * Creates workers that take keys from a real queue. The workers record the pending keys, and fail if two of them get
 * the same key at the same time.
 */
function createWorkers(workers: number, randomValue: number) {
  const clock: FakeClock = createFakeClock();
  const queue = createQueue({ clock, random: () => randomValue, backoff: BACKOFF });
  const inWork: string[] = [];
  /** Keys that must still be reconciled, each with the time at which its longest possible delay ends. */
  const pending = new Map<string, number>();
  /** For each key, the changes to children that no reconciliation has observed yet. */
  const changes = new Map<string, { marked: boolean }[]>();
  let ended = 0;

  function expectStart(key: string, dueMs: number) {
    pending.set(key, Math.min(pending.get(key) ?? Infinity, dueMs));
  }

  async function worker() {
    const key = await queue.next();
    if (key === undefined) return void ended++;
    assert(!inWork.includes(key), `"${key}" is reconciled twice at once`);
    inWork.push(key);
    pending.delete(key);
    changes.delete(key);
  }
  for (let i = 0; i < workers; i++) worker();

  async function run(step: Step) {
    switch (step.step) {
      case "add":
        expectStart(step.key, clock.now());
        queue.add(step.key, step.priority);
        break;
      case "addAfter":
        expectStart(step.key, clock.now() + step.afterMs);
        queue.addAfter(step.key, step.afterMs);
        break;
      case "child":
        changes.set(step.key, [...changes.get(step.key) ?? [], { marked: false }]);
        queue.childChanged(step.key, step.settleMs);
        break;
      case "observe": {
        const key = inWork[step.nth % Math.max(1, inWork.length)];
        if (key === undefined) break;
        const recorded = changes.get(key) ?? [];
        if (step.what === "mark") {
          queue.recorded(key).mark();
          for (const change of recorded) change.marked = true;
        } else {
          queue.recorded(key).dropMarked();
          changes.set(key, recorded.filter(({ marked }) => !marked));
        }
        break;
      }
      case "end": {
        const [key] = inWork.splice(step.nth % Math.max(1, inWork.length), 1);
        if (key === undefined) break;
        if (step.how === "done") queue.forget(key);
        else {
          expectStart(key, clock.now() + BACKOFF.longestMs);
          if (step.how === "retry") queue.retry(key);
          else queue.addAfter(key, 5);
        }
        queue.finish(key);
        worker();
        break;
      }
      case "advance":
        await clock.advance(step.byMs);
    }
    await settle();
  }

  const unobserved = () => [...changes].flatMap(([key, { length }]) => length > 0 ? [key] : []);
  return { clock, queue, inWork, pending, unobserved, run, ended: () => ended };
}

Deno.test("a key is never reconciled twice at once, and no added key and no unobserved change is lost", async () => {
  const property = fc.asyncProperty(steps, fc.integer({ min: 1, max: 4 }), random, async (
    steps,
    workers,
    randomValue,
  ) => {
    const model = createWorkers(workers, randomValue);
    for (const step of steps) await model.run(step);
    // Every pending key is reconciled within the maximum backoff if the workers finish their keys.
    const busy = () => model.pending.size + model.inWork.length + model.queue.stats.delayed() > 0;
    for (let round = 0; round < 100 && busy(); round++) {
      await model.run({ step: "advance", byMs: BACKOFF.longestMs });
      while (model.inWork.length > 0) await model.run({ step: "end", nth: 0, how: "done" });
    }
    assertEquals([[...model.pending.keys()], model.unobserved()], [[], []]);
    assertEquals([model.queue.stats.depth(), model.queue.stats.delayed()], [0, 0]);
  });
  await fc.assert(property, { numRuns: 300 });
});

Deno.test("a key never waits longer than its delay while a worker is free", async () => {
  const property = fc.asyncProperty(steps, random, async (steps, randomValue) => {
    const model = createWorkers(KEYS.length, randomValue);
    for (const step of steps) {
      await model.run(step);
      for (const [key, dueMs] of model.pending) {
        const late = dueMs <= model.clock.now() && !model.inWork.includes(key);
        assert(!late, `"${key}" was due at ${dueMs} and is not in work at ${model.clock.now()}`);
      }
    }
  });
  await fc.assert(property, { numRuns: 300 });
});

Deno.test("a key of low priority starts only if no key of high priority waits", async () => {
  const adds = fc.array(fc.tuple(fc.stringMatching(/^[a-z]{1,2}$/), fc.boolean()), {
    maxLength: 40,
  });
  const property = fc.asyncProperty(adds, async (adds) => {
    const queue = createQueue({ clock: createFakeClock(), random: () => 0 });
    const high = new Set<string>();
    for (const [key, urgent] of adds) {
      queue.add(key, urgent ? "high" : "low");
      if (urgent) high.add(key);
    }
    const order: (string | undefined)[] = [];
    while (queue.stats.depth() > 0) order.push(await queue.next());
    assertEquals(new Set(order.slice(0, high.size)), high);
    assertEquals(order.length, new Set(adds.map(([key]) => key)).size);
  });
  await fc.assert(property, { numRuns: 200 });
});

Deno.test("a stop ends every worker and resolves after the last reconciliation", async () => {
  const property = fc.asyncProperty(
    steps,
    fc.integer({ min: 1, max: 4 }),
    async (steps, workers) => {
      const model = createWorkers(workers, 0.5);
      for (const step of steps) await model.run(step);
      let drained = false;
      model.queue.stop().then(() => drained = true);
      await model.clock.advance(10 * BACKOFF.longestMs);
      for (let left = model.inWork.length; left > 0; left--) {
        assertEquals(drained, false);
        await model.run({ step: "end", nth: 0, how: "retry" });
      }
      await settle();
      assert(drained);
      assertEquals(model.ended(), workers);
      assertEquals([model.queue.stats.depth(), model.queue.stats.delayed()], [0, 0]);
      assertEquals(model.clock.pending(), 0);
    },
  );
  await fc.assert(property, { numRuns: 200 });
});
