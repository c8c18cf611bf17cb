// @ts-types="../../types/std/assert.d.ts"
import { assert, assertEquals, assertThrows } from "@std/assert";
import { createQueue, type Queue } from "./queue.ts";
import { createFakeClock, settle } from "./testing/fake_clock.ts";

function queueWithClock() {
  const clock = createFakeClock();
  const queue = createQueue({
    clock,
    random: () => 0.5,
    backoff: { firstMs: 100, longestMs: 800 },
  });
  return { clock, queue };
}

async function peek(queue: Queue): Promise<string | undefined> {
  if (queue.stats.depth() === 0) return undefined;
  return await queue.next();
}

Deno.test("a key that is added several times is returned once", async () => {
  const { queue } = queueWithClock();
  for (const key of ["a", "b", "a", "a"]) queue.add(key);
  assertEquals([await peek(queue), await peek(queue), await peek(queue)], ["a", "b", undefined]);
});

Deno.test("a key that is added during its reconciliation is returned again after it is finished", async () => {
  const { queue } = queueWithClock();
  queue.add("a");
  assertEquals(await peek(queue), "a");
  queue.add("a", "low");
  queue.add("a", "high");
  assertEquals(await peek(queue), undefined);
  queue.finish("a");
  assertEquals(queue.stats.depth("high"), 1);
  assertEquals(await peek(queue), "a");
});

Deno.test("a waiting worker gets the next key", async () => {
  const { queue } = queueWithClock();
  const got: (string | undefined)[] = [];
  queue.next().then((key) => got.push(key));
  queue.next().then((key) => got.push(key));
  queue.add("a");
  await settle();
  assertEquals(got, ["a"]);
  queue.add("a");
  queue.add("b");
  await settle();
  assertEquals(got, ["a", "b"]);
});

Deno.test("of several delays the earliest end counts", async () => {
  const { clock, queue } = queueWithClock();
  queue.addAfter("a", 500);
  queue.addAfter("a", 200);
  queue.addAfter("a", 300);
  await clock.advance(199);
  assertEquals(await peek(queue), undefined);
  await clock.advance(1);
  assertEquals(await peek(queue), "a");
  queue.finish("a");
  await clock.advance(1000);
  assertEquals(await peek(queue), undefined);
});

Deno.test("an add with high priority replaces a delayed add", async () => {
  const { clock, queue } = queueWithClock();
  queue.addAfter("a", 500);
  queue.add("a");
  assertEquals(await peek(queue), "a");
  queue.finish("a");
  await clock.advance(1000);
  assertEquals(await peek(queue), undefined);
});

Deno.test("an add with low priority leaves the retry of a key unchanged", async () => {
  const { clock, queue } = queueWithClock();
  queue.retry("a");
  queue.add("a", "low");
  queue.add("b", "low");
  await clock.advance(500);
  queue.add("c", "high");
  assertEquals([await peek(queue), await peek(queue), await peek(queue)], ["a", "c", "b"]);
});

Deno.test("failures back off, and a success resets the backoff", async () => {
  const { clock, queue } = queueWithClock();
  const waits: number[] = [];
  async function failOnce() {
    const startMs = clock.now();
    queue.retry("a");
    while (queue.stats.depth() === 0) await clock.advance(25);
    waits.push(clock.now() - startMs);
    assertEquals(await peek(queue), "a");
    queue.finish("a");
  }
  for (let i = 0; i < 5; i++) await failOnce();
  queue.forget("a");
  await failOnce();
  assertEquals(waits, [75, 150, 300, 600, 600, 75]);
});

Deno.test("a stopped queue ignores and returns no keys, and waits for the running reconciliations", async () => {
  const { clock, queue } = queueWithClock();
  queue.add("in work");
  assertEquals(await peek(queue), "in work");
  queue.add("waiting");
  queue.addAfter("delayed", 10);
  queue.add("in work");
  const idle = createQueue({ clock, random: Math.random });
  const waitingWorker = idle.next();
  await idle.stop();
  assertEquals(await waitingWorker, undefined);

  let drained = false;
  queue.stop().then(() => drained = true);
  queue.add("late");
  queue.retry("late");
  await clock.advance(1000);
  assertEquals(await queue.next(), undefined);
  assertEquals(drained, false);
  queue.finish("in work");
  await settle();
  assert(drained);
  assertEquals(await queue.next(), undefined);
  assertEquals(clock.pending(), 0);
});

Deno.test("only a key that is being reconciled can be finished", () => {
  const { queue } = queueWithClock();
  assertThrows(() => queue.finish("a"), Error, '"a" is not being reconciled');
});

Deno.test("a reminder does not end the backoff of a key; a change does", async () => {
  const { queue } = queueWithClock();
  queue.add("a");
  assertEquals(await peek(queue), "a");
  queue.remind("a");
  queue.retry("a");
  queue.finish("a");
  queue.remind("a");
  assertEquals([queue.stats.depth(), queue.stats.delayed()], [0, 1]);
  queue.add("a");
  assertEquals([queue.stats.depth(), queue.stats.delayed()], [1, 0]);
  assertEquals(await peek(queue), "a");
  queue.remind("a");
  queue.finish("a");
  assertEquals(queue.stats.depth(), 1, "nothing is waited for");
  queue.stop();
});

Deno.test("a restarted queue accepts keys, and has forgotten the earlier ones", async () => {
  const queue = createQueue({ clock: createFakeClock(), random: () => 0 });
  queue.add("before");
  await queue.stop();
  queue.add("dropped");
  queue.start();
  queue.add("after");
  assertEquals([await queue.next(), queue.stats.depth()], ["after", 0]);
});

Deno.test("a changed child shortens a backoff only down to its minimum", async () => {
  const { clock, queue } = queueWithClock();
  const changing = async (forMs: number) => {
    for (let ms = 0; ms < forMs; ms += 10) {
      queue.childChanged("a", 10);
      await clock.advance(10);
    }
  };
  queue.add("a");
  // The reconciliation fails twice, so the backoff is between 100 and 200 ms. A child changes during each attempt.
  for (const failures of [1, 2]) {
    assertEquals(await peek(queue), "a");
    queue.childChanged("a", 0);
    queue.retry("a");
    queue.finish("a");
    if (failures === 1) await clock.advance(100);
  }
  await changing(90);
  assertEquals(queue.stats.depth(), 0);
  await changing(20);
  assertEquals(await peek(queue), "a");
  queue.forget("a");
  queue.childChanged("a", 10);
  queue.finish("a");
  await clock.advance(10);
  assertEquals(await peek(queue), "a");
});

Deno.test("after a failure without a retry, a changed child waits for the minimum backoff, a user's change does not", async () => {
  const { clock, queue } = queueWithClock();
  queue.add("a");
  assertEquals(await peek(queue), "a");
  queue.failed("a");
  queue.finish("a");
  queue.childChanged("a", 0);
  await clock.advance(49);
  assertEquals(queue.stats.depth(), 0);
  await clock.advance(1);
  assertEquals(await peek(queue), "a");
  queue.failed("a");
  queue.finish("a");
  queue.childChanged("a", 0);
  queue.add("a");
  assertEquals(await peek(queue), "a");
});

Deno.test("after many failures a changed child waits for at most five seconds", async () => {
  for (const kind of ["failed", "retry"] as const) {
    const clock = createFakeClock();
    const queue = createQueue({ clock, random: () => 0.5 });
    for (let failures = 0; failures < 20; failures++) {
      queue.add("a");
      assertEquals(await peek(queue), "a");
      queue[kind]("a");
      queue.finish("a");
    }
    queue.childChanged("a", 0);
    await clock.advance(4_999);
    assertEquals(queue.stats.depth(), 0);
    await clock.advance(1);
    assertEquals(await peek(queue), "a");
  }
});

Deno.test("failures without a retry do not delay a later retry for minutes", async () => {
  const clock = createFakeClock();
  const queue = createQueue({ clock, random: () => 0.5 });
  for (let failures = 0; failures < 30; failures++) queue.failed("a");
  queue.retry("a");
  await clock.advance(10_000);
  assertEquals(await peek(queue), "a");
});

Deno.test("the backoff of a retry can be limited", async () => {
  const { clock, queue } = queueWithClock();
  for (let failures = 0; failures < 9; failures++) queue.retry("a", 200);
  await clock.advance(150);
  assertEquals(await peek(queue), "a");
});

Deno.test("a reconciliation cancels the changes of children before its mark, not those after it", async () => {
  const { clock, queue } = queueWithClock();
  const recorded = queue.recorded("a");
  const reconcile = async (steps: () => void) => {
    queue.add("a");
    assertEquals(await peek(queue), "a");
    steps();
    queue.finish("a");
    await clock.advance(200);
    return await peek(queue);
  };
  const childChanged = () => queue.childChanged("a", 200);
  const marked = () => {
    childChanged();
    recorded.mark();
  };
  const finish = (key: string | undefined) => {
    if (key !== undefined) queue.finish(key);
    return key;
  };
  assertEquals(finish(await reconcile(() => (marked(), recorded.dropMarked()))), undefined);
  assertEquals(finish(await reconcile(marked)), "a", "a mark alone cancels nothing");
  assertEquals(
    finish(await reconcile(() => (marked(), childChanged(), recorded.dropMarked()))),
    "a",
  );
  assertEquals(
    finish(await reconcile(() => (marked(), queue.add("a"), recorded.dropMarked()))),
    "a",
  );
  assertEquals(finish(await reconcile(() => (childChanged(), recorded.dropMarked()))), "a");
});

Deno.test("marked changes keep the shortest delay, and end with the reconciliation", async () => {
  const { clock, queue } = queueWithClock();
  queue.add("a");
  assertEquals(await peek(queue), "a");
  queue.childChanged("a", 50);
  queue.recorded("a").mark();
  queue.childChanged("a", 500);
  queue.finish("a");
  await clock.advance(50);
  assertEquals(await peek(queue), "a");
  queue.finish("a");
  assertEquals([queue.stats.depth(), queue.stats.delayed()], [0, 0]);
});

Deno.test("cancelling a change to a child does not cancel addAfter, in any order of the two", async () => {
  for (const order of ["addAfter first", "change first"]) {
    for (const [afterMs, settleMs] of [[1, 2], [2, 1]] as const) {
      const { clock, queue } = queueWithClock();
      queue.add("a", "low");
      if (order === "addAfter first") queue.addAfter("a", afterMs);
      queue.childChanged("a", settleMs);
      if (order === "change first") queue.addAfter("a", afterMs);
      assertEquals(await peek(queue), "a");
      await clock.advance(2);
      queue.recorded("a").mark();
      queue.recorded("a").dropMarked();
      queue.finish("a");
      assertEquals(await peek(queue), "a", `${order}, ${afterMs} ms, ${settleMs} ms`);
    }
  }
});

Deno.test("a cancelled reminder does not cancel another change", async () => {
  const { queue } = queueWithClock();
  queue.add("a");
  assertEquals(await peek(queue), "a");
  queue.remind("a");
  queue.add("a");
  queue.recorded("a").dropReminder();
  queue.finish("a");
  assertEquals(await peek(queue), "a");
  queue.remind("a");
  queue.recorded("a").dropReminder();
  queue.finish("a");
  assertEquals(await peek(queue), undefined);
});

Deno.test("a reconciliation knows whether only a delay has queued its key", async () => {
  const { clock, queue } = queueWithClock();
  const changes: [string, (key: string) => void, boolean][] = [
    ["nothing", () => {}, true],
    ["add", (key) => queue.add(key), false],
    ["remind", (key) => queue.remind(key), false],
    ["childChanged", (key) => queue.childChanged(key, 0), false],
    ["childChanged later", (key) => queue.childChanged(key, 5_000), false],
    ["retry", (key) => queue.retry(key), false],
    ["low", (key) => queue.add(key, "low"), false],
  ];
  for (const [key, change, isOnlyDue] of changes) {
    queue.addAfter(key, 1_000);
    change(key);
    await clock.advance(1_000);
    assertEquals(await queue.next(), key);
    assertEquals(queue.recorded(key).isOnlyDue, isOnlyDue, key);
    // A change during the reconciliation starts another one, which is not due to the delay alone.
    queue.childChanged(key, 0);
    queue.addAfter(key, 10);
    queue.finish(key);
    assertEquals(await queue.next(), key);
    assertEquals(queue.recorded(key).isOnlyDue, false, key);
    queue.childChanged(key, 0);
    queue.recorded(key).mark();
    queue.recorded(key).dropMarked();
    queue.addAfter(key, 10);
    queue.finish(key);
    await clock.advance(10);
    assertEquals(await queue.next(), key);
    assertEquals(queue.recorded(key).isOnlyDue, true, key);
    queue.finish(key);
  }
});

Deno.test("the end of a delay has a low priority, unless something else has delayed the key, too", async () => {
  const { clock, queue } = queueWithClock();
  queue.addAfter("due", 1_000);
  queue.addAfter("changed", 1_000);
  queue.childChanged("changed", 2_000);
  queue.retry("failed");
  queue.addAfter("failed", 1);
  await clock.advance(1_000);
  assertEquals(await queue.next(), "failed");
  assertEquals(await queue.next(), "changed");
  assertEquals(await queue.next(), "due");
  const priorities = ["failed", "changed", "due"].map((key) => queue.priority(key));
  assertEquals(priorities, ["high", "high", "low"]);
});

Deno.test("a change keeps its high priority if a delay ends at the same time", async () => {
  const { clock, queue } = queueWithClock();
  queue.addAfter("edited", 100);
  queue.remind("edited");
  await clock.advance(100);
  assertEquals(queue.stats.nextPriority(), "high");
  await queue.next();
  queue.addAfter("edited", 100);
  await clock.advance(100);
  queue.childChanged("edited", 200);
  queue.finish("edited");
  assertEquals(queue.stats.nextPriority(), "low", "the delay of the change has not ended");
  await clock.advance(200);
  assertEquals(queue.stats.nextPriority(), "high");
});
