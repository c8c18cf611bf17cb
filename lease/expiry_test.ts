// @ts-types="../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { Lease } from "../kube/builtin.ts";
import { startStopwatch } from "./clocks.ts";
import { createEarliestExpiry, createObservedExpiry } from "./expiry.ts";
import { fakeClocks } from "./testing/fake_clocks.ts";

const RULES = { durationMs: () => 15_000 };

function lease(renewTime: string, labels: Record<string, string> = {}): Lease {
  return {
    apiVersion: "coordination.k8s.io/v1",
    kind: "Lease",
    metadata: { name: "a", namespace: "ns", uid: "uid", labels },
    spec: { holderIdentity: "other", leaseDurationSeconds: 15, renewTime },
  };
}

Deno.test("a Lease expires when its duration has elapsed after an observed renewal, regardless of the times in it", async () => {
  const clocks = fakeClocks();
  const expiry = createObservedExpiry(clocks.monotonic, RULES);
  expiry.observe(lease("1999-01-01T00:00:00.000000Z"));
  await clocks.advance(5_000);
  expiry.observe(lease("1999-01-01T00:00:00.000000Z", { edited: "yes" }));
  assertEquals(expiry.leftMs(), 10_000);
  expiry.observe(lease("2999-01-01T00:00:00.000000Z"));
  assertEquals(expiry.leftMs(), 15_000);
  await clocks.advance(20_000);
  assertEquals(expiry.leftMs(), 0);
});

Deno.test("a Lease that is deleted while it is held expires after its duration", async () => {
  const clocks = fakeClocks();
  const expiry = createObservedExpiry(clocks.monotonic, RULES);
  expiry.observe(lease("1"));
  await clocks.advance(5_000);
  expiry.observe(undefined);
  assertEquals(expiry.leftMs(), 10_000);
});

Deno.test("with endsByDeletion, a deleted Lease expires at once", async () => {
  const clocks = fakeClocks();
  const expiry = createObservedExpiry(clocks.monotonic, { ...RULES, endsByDeletion: () => true });
  expiry.observe(lease("1"));
  await clocks.advance(5_000);
  expiry.observe(undefined);
  assertEquals(expiry.leftMs(), 0);
});

const DURATION_MS = 15_000;
const newExpiry = () => createEarliestExpiry(() => DURATION_MS);

Deno.test("the duration starts at the last read that still returned the previous renewal", async () => {
  const clocks = fakeClocks();
  const expiry = newExpiry();
  expiry.observe(lease("1"));
  const elapsedMs = startStopwatch(clocks);
  await clocks.advance(100);
  expiry.confirmByRead(elapsedMs);
  assertEquals(expiry.leftMs(), -Infinity, "the age of the first renewal is unknown");
  await clocks.advance(6_900);
  expiry.observe(lease("2"));
  assertEquals(expiry.leftMs(), DURATION_MS - 7_000);
  expiry.observe(lease("3"));
  assertEquals(expiry.leftMs(), DURATION_MS - 7_000);
});

Deno.test("without a read, the expiry is unknown", () => {
  const expiry = newExpiry();
  expiry.observe(lease("1"));
  expiry.observe(lease("2"));
  assertEquals(expiry.leftMs(), -Infinity);
});

Deno.test("after a write of this process, the duration starts when the request is sent", async () => {
  const clocks = fakeClocks();
  const expiry = newExpiry();
  const elapsedMs = startStopwatch(clocks);
  await clocks.advance(2_000);
  expiry.observe(lease("1"));
  expiry.confirmByWrite(elapsedMs);
  assertEquals(expiry.leftMs(), DURATION_MS - 2_000);
  clocks.setWall(60_000);
  assertEquals(expiry.leftMs() <= 0, true, "a suspended machine does not extend it");
});

Deno.test("an absent Lease is not held", () => {
  const clocks = fakeClocks();
  const expiry = newExpiry();
  expiry.observe(lease("1"));
  expiry.confirmByWrite(startStopwatch(clocks));
  expiry.observe(undefined);
  assertEquals(expiry.leftMs(), 0);
});
