// @ts-types="../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { Lease } from "../kube/builtin.ts";
import { createObservation } from "./observed_expiry.ts";
import { fakeClocks } from "./testing/fake_clocks.ts";

const RULES = { durationMs: () => 15_000 };

function lease(renewTime: string, labels: Record<string, string> = {}): Lease {
  return {
    apiVersion: "coordination.k8s.io/v1",
    kind: "Lease",
    metadata: { name: "a", namespace: "ns", uid: "uid", labels },
    spec: { holderIdentity: "somebody", leaseDurationSeconds: 15, renewTime },
  };
}

Deno.test("a Lease counts from when its renewal was seen to change, whatever time it names", async () => {
  const clocks = fakeClocks();
  const observation = createObservation(clocks.steady, RULES);
  observation.see(lease("1999-01-01T00:00:00.000000Z"));
  await clocks.advance(5_000);
  observation.see(lease("1999-01-01T00:00:00.000000Z", { edited: "yes" }));
  assertEquals(observation.leftMs(), 10_000);
  observation.see(lease("2999-01-01T00:00:00.000000Z"));
  assertEquals(observation.leftMs(), 15_000);
  await clocks.advance(20_000);
  assertEquals(observation.leftMs(), 0);
});

Deno.test("a Lease that is deleted while it was held counts on for its time", async () => {
  const clocks = fakeClocks();
  const observation = createObservation(clocks.steady, RULES);
  observation.see(lease("1"));
  await clocks.advance(5_000);
  observation.see(undefined);
  assertEquals(observation.leftMs(), 10_000);
});

Deno.test("where a deletion ends it, a deleted Lease counts no more", async () => {
  const clocks = fakeClocks();
  const observation = createObservation(clocks.steady, { ...RULES, endsByDeletion: () => true });
  observation.see(lease("1"));
  await clocks.advance(5_000);
  observation.see(undefined);
  assertEquals(observation.leftMs(), 0);
});
