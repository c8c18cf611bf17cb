// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertRejects } from "@std/assert";
import { bounded } from "./bounded.ts";
import { settle } from "../engine/testing/fake_clock.ts";

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
