// @ts-types="../types/std/assert.d.ts"
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { WriteHeldBack } from "../kube/write_gate.ts";
import { startStopwatch } from "./clocks.ts";
import { markerDeadlineMs } from "./marker_lease.ts";
import { createGate, createWriteDeadline, type GateOptions } from "./write_gate.ts";
import { fakeClocks } from "./testing/fake_clocks.ts";

const WRITE = {
  verb: "apply",
  method: "PATCH",
  path: "/x",
  resource: "services",
  namespace: "a",
};

function gate(options: Partial<GateOptions> & { leftMs?: number; longestWriteMs?: number }) {
  const { leftMs = 10_000, longestWriteMs = 14_000, ...rest } = options;
  const deadline = { leftMs: () => leftMs, longestWriteMs: () => longestWriteMs };
  const deadlines = [{ deadline, reason: "another replica may lead" }];
  return createGate({ deadlines, writeTimeoutMs: 4_000, ...rest });
}

const scope = { accepts: () => true, refresh: () => Promise.resolve(), isFresh: () => true };

Deno.test("a write may take until its timeout or the write deadline, whichever is earlier", () => {
  assertEquals(gate({ longestWriteMs: 14_000 }).admit(WRITE), 4_000);
  assertEquals(gate({ longestWriteMs: 1_500 }).admit(WRITE), 1_500);
});

for (
  const [lease, validMs, durationMs, intervalMs] of [
    ["leader Lease", 10_000, 15_000, 2_000],
    ["marker Lease", markerDeadlineMs({ durationMs: 30_000, renewMs: 10_000 }), 30_000, 10_000],
  ] as const
) {
  Deno.test(`between two renewals of the ${lease}, a write may take more than 10 s, and all writes end before it expires`, async () => {
    const clocks = fakeClocks();
    const deadline = createWriteDeadline({ validMs, durationMs });
    const some = createGate({ deadlines: [{ deadline, reason: "lost" }], writeTimeoutMs: 12_000 });
    deadline.extend(startStopwatch(clocks));
    for (let ageMs = 0; ageMs < validMs; ageMs += 500) {
      const limitMs = some.admit(WRITE);
      // A renewal takes some time, so the time since the last renewal can exceed the renew interval.
      if (ageMs <= intervalMs + 1_000) assert(limitMs > 10_000, `${limitMs} at ${ageMs}`);
      assert(ageMs + limitMs <= durationMs - 1_000, `${limitMs} at ${ageMs}`);
      await clocks.advance(500);
    }
    assertThrows(() => some.admit(WRITE), WriteHeldBack);
  });
}

Deno.test("after the write deadline, the gate refuses all writes", async () => {
  const closed = gate({ leftMs: 0 });
  assertThrows(() => closed.admit(WRITE), WriteHeldBack, "another replica may lead");
  const { signal } = new AbortController();
  await assertRejects(() => closed.prepare(WRITE, signal), WriteHeldBack);
});

Deno.test("the gate refuses writes outside of the scope, and all writes if the list of marker Leases is too old", () => {
  const elsewhere = gate({ scope: { ...scope, accepts: (namespace) => namespace !== "a" } });
  assertThrows(() => elsewhere.admit(WRITE), WriteHeldBack, 'manages the namespace "a"');
  assertEquals(elsewhere.admit({ ...WRITE, namespace: "b" }), 4_000);
  const old = gate({ scope: { ...scope, isFresh: () => false } });
  assertThrows(() => old.admit(WRITE), WriteHeldBack, "older than --marker-freshness");
});

Deno.test("a namespace-scoped operator writes only to its namespace", () => {
  const scoped = gate({ namespace: "a" });
  assertEquals(scoped.admit(WRITE), 4_000);
  assertThrows(() => scoped.admit({ ...WRITE, namespace: "b" }), WriteHeldBack, "only");
  assertThrows(() => scoped.admit({ ...WRITE, namespace: undefined }), WriteHeldBack, "only");
});

Deno.test("events are allowed in all namespaces while the write deadline lasts", () => {
  const event = { ...WRITE, resource: "events.events.k8s.io" };
  const elsewhere = gate({ scope: { ...scope, accepts: () => false, isFresh: () => false } });
  assertEquals(elsewhere.admit(event), 4_000);
  assertThrows(() => gate({ leftMs: 0 }).admit(event), WriteHeldBack);
});

Deno.test("a write that starts during a stop must end in the remaining time", async () => {
  const clocks = fakeClocks();
  const some = gate({ clock: clocks.monotonic });
  some.endWithin(6_000);
  assertEquals(some.admit(WRITE), 4_000);
  await clocks.advance(5_000);
  assertEquals(some.admit(WRITE), 1_000);
  await clocks.advance(1_000);
  assertThrows(() => some.admit(WRITE), WriteHeldBack, "stopping");
});

Deno.test("the API server may execute a write without a response until the end of its timeout", async () => {
  const clocks = fakeClocks();
  const some = gate({ clock: clocks.monotonic });
  assertEquals(some.unansweredForMs(), 0);
  some.unanswered?.(3_000);
  some.unanswered?.(1_000);
  await clocks.advance(2_000);
  assertEquals(some.unansweredForMs(), 1_000);
  await clocks.advance(2_000);
  assertEquals(some.unansweredForMs(), 0);
});
