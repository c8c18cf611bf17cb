// @ts-types="../types/std/assert.d.ts"
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { WriteHeldBack } from "../kube/write_gate.ts";
import { createGate, type GateOptions } from "./write_gate.ts";
import { fakeClocks } from "./testing/fake_clocks.ts";

const WRITE = {
  verb: "apply",
  method: "PATCH",
  path: "/x",
  resource: "services",
  namespace: "a",
};

function gate(options: Partial<GateOptions> & { leftMs?: number }) {
  const { leftMs = 10_000, ...rest } = options;
  const fences = [{ fence: { leftMs: () => leftMs }, closed: "another replica may lead" }];
  return createGate({ fences, writeTimeoutMs: 4_000, ...rest });
}

const scope = { accepts: () => true, prove: () => Promise.resolve(), isProven: () => true };

Deno.test("a write takes no longer than its timeout, and no longer than we may write at all", () => {
  assertEquals(gate({ leftMs: 10_000 }).admit(WRITE), 4_000);
  assertEquals(gate({ leftMs: 1_500 }).admit(WRITE), 1_500);
});

Deno.test("nothing is written when no time is left", async () => {
  const closed = gate({ leftMs: 0 });
  assertThrows(() => closed.admit(WRITE), WriteHeldBack, "another replica may lead");
  const { signal } = new AbortController();
  await assertRejects(() => closed.prepare(WRITE, signal), WriteHeldBack);
});

Deno.test("nothing is written into a namespace that is another's, or by a view that is too old", () => {
  const elsewhere = gate({ scope: { ...scope, accepts: (namespace) => namespace !== "a" } });
  assertThrows(() => elsewhere.admit(WRITE), WriteHeldBack, 'acts in the namespace "a"');
  assertEquals(elsewhere.admit({ ...WRITE, namespace: "b" }), 4_000);
  const old = gate({ scope: { ...scope, isProven: () => false } });
  assertThrows(() => old.admit(WRITE), WriteHeldBack, "not known");
});

Deno.test("a namespace-scoped operator writes nowhere else", () => {
  const scoped = gate({ namespace: "a" });
  assertEquals(scoped.admit(WRITE), 4_000);
  assertThrows(() => scoped.admit({ ...WRITE, namespace: "b" }), WriteHeldBack, "only");
  assertThrows(() => scoped.admit({ ...WRITE, namespace: undefined }), WriteHeldBack, "only");
});

Deno.test("an event may still tell of what was done in a namespace before it was another's", () => {
  const event = { ...WRITE, resource: "events.events.k8s.io" };
  const elsewhere = gate({ scope: { ...scope, accepts: () => false, isProven: () => false } });
  assertEquals(elsewhere.admit(event), 4_000);
  assertThrows(() => gate({ leftMs: 0 }).admit(event), WriteHeldBack);
});

Deno.test("a write that was given up keeps the API server busy for what was left of its time", async () => {
  const clocks = fakeClocks();
  const some = gate({ clock: clocks.steady });
  assertEquals(some.busyForMs(), 0);
  some.unanswered?.(3_000);
  some.unanswered?.(1_000);
  await clocks.advance(2_000);
  assertEquals(some.busyForMs(), 1_000);
  await clocks.advance(2_000);
  assertEquals(some.busyForMs(), 0);
});
