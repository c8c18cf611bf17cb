// @ts-types="../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { Lease } from "../kube/builtin.ts";
import { createObservedExpiry } from "./observed_expiry.ts";
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

Deno.test("a Lease expires its duration after an observed renewal, regardless of the times in it", async () => {
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
