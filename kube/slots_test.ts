// @ts-types="../types/std/assert.d.ts"
import { assertEquals, assertRejects } from "@std/assert";
import { createSlots, LONGEST_YIELD_MS } from "./slots.ts";
import { fakeClock } from "./testing/fake_clock.ts";

const never = new AbortController().signal;

function jobs() {
  const began: string[] = [];
  const ends = new Map<string, PromiseWithResolvers<void>>();
  return {
    began,
    job: (name: string) => () => {
      began.push(name);
      const end = Promise.withResolvers<void>();
      ends.set(name, end);
      return end.promise;
    },
    end: (name: string) => ends.get(name)?.resolve(),
    fail: (name: string) => ends.get(name)?.reject(new Error(`${name} failed`)),
  };
}

Deno.test("operations run up to the number of slots, the others wait in order", async () => {
  const { began, job, end } = jobs();
  const slots = createSlots(2);
  const [a, b, c, d] = ["a", "b", "c", "d"].map((name) => slots.run(never, job(name)));
  assertEquals(began, ["a", "b"]);
  end("b");
  await b;
  assertEquals(began, ["a", "b", "c"]);
  end("a");
  end("c");
  await Promise.all([a, c]);
  assertEquals(began, ["a", "b", "c", "d"]);
  end("d");
  await d;
});

Deno.test("an operation that yields waits behind later operations, but only for a limited time", async () => {
  const { began, job, end } = jobs();
  const clock = fakeClock();
  const slots = createSlots(1, clock);
  const yields = { yields: true };
  const a = slots.run(never, job("a"));
  const b = slots.run(never, job("b"), yields);
  const c = slots.run(never, job("c"), yields);
  const d = slots.run(never, job("d"));
  const e = slots.run(never, job("e"));
  end("a");
  await a;
  assertEquals(began, ["a", "d"]);
  clock.advance(LONGEST_YIELD_MS);
  end("d");
  await d;
  assertEquals(began, ["a", "d", "b"]);
  end("b");
  await b;
  assertEquals(began, ["a", "d", "b", "c"]);
  end("c");
  await c;
  end("e");
  await e;
  assertEquals(began, ["a", "d", "b", "c", "e"]);
});

Deno.test("an operation that yields and is aborted while it waits does not run", async () => {
  const { began, job, end } = jobs();
  const slots = createSlots(1);
  const abort = new AbortController();
  const a = slots.run(never, job("a"));
  const b = slots.run(abort.signal, job("b"), { yields: true });
  abort.abort(new Error("no longer wanted"));
  await assertRejects(() => b, Error, "no longer wanted");
  end("a");
  await a;
  assertEquals(began, ["a"]);
});

Deno.test("a failed operation frees its slot", async () => {
  const { began, job, end, fail } = jobs();
  const slots = createSlots(1);
  const a = slots.run(never, job("a"));
  const b = slots.run(never, job("b"));
  fail("a");
  await assertRejects(() => a, Error, "a failed");
  assertEquals(began, ["a", "b"]);
  end("b");
  await b;
});

Deno.test("an operation that is aborted while it waits does not run and uses no slot", async () => {
  const { began, job, end } = jobs();
  const slots = createSlots(1);
  const abort = new AbortController();
  const a = slots.run(never, job("a"));
  const b = slots.run(abort.signal, job("b"));
  const c = slots.run(never, job("c"));
  abort.abort(new Error("no longer wanted"));
  await assertRejects(() => b, Error, "no longer wanted");
  await assertRejects(() => slots.run(abort.signal, job("late")), Error, "no longer wanted");
  end("a");
  await a;
  assertEquals(began, ["a", "c"]);
  end("c");
  await c;
  await slots.run(never, () => Promise.resolve());
});
