// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertRejects } from "@std/assert";
import { settle } from "../engine/testing/fake_clock.ts";
import { bounded, createKeyLock } from "./concurrency.ts";

Deno.test("work for one key runs in sequence, for different keys concurrently", async () => {
  const lock = createKeyLock();
  const log: string[] = [];
  const gate = Promise.withResolvers<void>();
  const work = (name: string) => async () => {
    log.push(`${name} starts`);
    await gate.promise;
    log.push(`${name} ends`);
  };
  const all = [
    lock.run("k", work("first")),
    lock.run("k", work("second")),
    lock.run("o", work("other")),
  ];
  await settle();
  assertEquals(log, ["first starts", "other starts"]);
  gate.resolve();
  await Promise.all(all);
  assertEquals(log.slice(2).filter((line) => !line.startsWith("other")), [
    "first ends",
    "second starts",
    "second ends",
  ]);
});

Deno.test("an error reaches its caller only, and the next work runs", async () => {
  const lock = createKeyLock();
  const failing = lock.run("k", () => Promise.reject(new Error("mine")));
  const next = lock.run("k", () => Promise.resolve("fine"));
  await assertRejects(() => failing, Error, "mine");
  assertEquals(await next, "fine");
});

Deno.test("items start in order, with at most the limit running", async () => {
  const gates: (() => void)[] = [];
  const all = bounded([0, 1, 2, 3], 2, (item) =>
    new Promise<void>((resolve) => {
      gates[item] = resolve;
    }));
  await settle();
  assertEquals(gates.length, 2);
  gates[1]?.();
  await settle();
  assertEquals(gates.length, 3);
  gates[2]?.();
  await settle();
  for (const gate of gates) gate();
  await all;
});

Deno.test("the first error is thrown once all started work has ended", async () => {
  let ended = 0;
  const run = () =>
    bounded([0, 1], 2, async (item) => {
      if (item === 0) throw new Error("first");
      await settle();
      ended++;
    });
  await assertRejects(run, Error, "first");
  assertEquals(ended, 1);
});
