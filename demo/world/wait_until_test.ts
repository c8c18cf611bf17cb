// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertRejects } from "@std/assert";
import type { KubeObject } from "../../kube/object.ts";
import { fakeClock } from "../../kube/testing/fake_clock.ts";
import { stored } from "../testing/objects.ts";
import { areGone } from "./conditions.ts";
import { waitUntil } from "./wait_until.ts";
import type { ChangeHandler } from "./world.ts";

const POD = stored("Pod", "a");

function fixture() {
  let objects: KubeObject[] = [POD];
  const handlers = new Set<ChangeHandler>();
  const clock = fakeClock();
  const abort = new AbortController();
  const shownAtMs: number[] = [];
  const wait = waitUntil({
    world: {
      snapshot: () => objects,
      onChange(handler) {
        handlers.add(handler);
        return () => handlers.delete(handler);
      },
    },
    condition: areGone([POD]),
    deadlineMs: 250,
    signal: abort.signal,
    show: (_snapshot, waitedMs) => shownAtMs.push(waitedMs),
    clock,
  });
  function remove() {
    objects = [];
    for (const handler of handlers) handler({ type: "deleted", object: POD });
  }
  return { wait, clock, abort, shownAtMs, remove, handlers };
}

Deno.test("a wait ends with the change that makes its condition hold, and leaves no handler or timer", async () => {
  const { wait, clock, shownAtMs, remove, handlers } = fixture();
  clock.advance(150);
  remove();
  assertEquals(await wait, []);
  assertEquals(shownAtMs, [0, 100]);
  assertEquals([handlers.size, clock.pending()], [0, []]);
});

Deno.test("a wait that comes to its deadline says what is missing", async () => {
  const { wait, clock } = fixture();
  const failed = assertRejects(() => wait, Error, "Waited 0 s in vain: still there: 1 pod");
  clock.advance(300);
  await failed;
  assertEquals(clock.pending(), []);
});

Deno.test("a wait that is interrupted throws why", async () => {
  const { wait, abort } = fixture();
  abort.abort(new Error("Interrupted"));
  await assertRejects(() => wait, Error, "Interrupted");
});
