// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { fakeClock } from "../../kube/testing/fake_clock.ts";
import { done } from "./outcome.ts";
import { createStatusHold } from "./status_hold.ts";
import { thing } from "./testing/thing.ts";

Deno.test("a status is due when the delay since the first difference has passed", () => {
  const clock = fakeClock();
  const hold = createStatusHold(clock);
  assertEquals(hold.waitMs(thing(), 2_000), 2_000);
  clock.advance(1_500);
  assertEquals(hold.waitMs(thing(), 2_000), 500);
  assertEquals(hold.waitMs(thing(), 10_000), 8_500);
  assertEquals(hold.waitMs(thing(), 0), 0);
  clock.advance(1_500);
  assertEquals(hold.waitMs(thing(), 2_000), 0);
});

Deno.test("after the end of a delay, the next difference starts a new one", () => {
  const clock = fakeClock();
  const hold = createStatusHold(clock);
  hold.waitMs(thing(), 2_000);
  assertEquals(hold.size(), 1);
  hold.end("n/a");
  assertEquals(hold.size(), 0);
  clock.advance(5_000);
  assertEquals(hold.waitMs(thing(), 2_000), 2_000);
});

Deno.test("the size leaves out objects that the operator does not manage, and a delay is in full milliseconds", () => {
  let nowMs = 0;
  const hold = createStatusHold({ now: () => nowMs });
  hold.waitMs(thing(), 2_000);
  assertEquals([hold.size(), hold.size((key) => key !== "n/a")], [1, 0]);
  nowMs = 1_999.6;
  assertEquals(hold.waitMs(thing(), 2_000), 1);
});

Deno.test("a new object of the same name does not inherit the delay of the deleted one", () => {
  const clock = fakeClock();
  const hold = createStatusHold(clock);
  hold.waitMs(thing({ uid: "first" }), 2_000);
  clock.advance(5_000);
  assertEquals(hold.waitMs(thing({ uid: "second" }), 2_000), 2_000);
  assertEquals(hold.size(), 1);
});

Deno.test("a kept write is found once, and only for the same version of the object", () => {
  const hold = createStatusHold(fakeClock());
  const object = thing();
  const write = () => Promise.resolve(done);
  hold.keep(object, write);
  assertEquals(hold.take("n/a", object), undefined, "a write without a delay was kept");
  hold.waitMs(object, 2_000);
  hold.keep(object, write);
  assertEquals(hold.take("n/a", thing()), undefined);
  assertEquals(hold.take("n/a", object), undefined, "a write of another version was kept");
  hold.keep(object, write);
  assertEquals(hold.take("n/a", object), write);
  assertEquals(hold.take("n/a", object), undefined);
  hold.keep(object, write);
  hold.end("n/a");
  assertEquals(hold.take("n/a", object), undefined);
});
