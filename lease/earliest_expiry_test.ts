// @ts-types="../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { Lease } from "../kube/builtin.ts";
import { startStopwatch } from "./clocks.ts";
import { createProof } from "./earliest_expiry.ts";
import { fakeClocks } from "./testing/fake_clocks.ts";

function lease(renewTime: string): Lease {
  return {
    apiVersion: "coordination.k8s.io/v1",
    kind: "Lease",
    metadata: { name: "a", namespace: "ns", uid: "uid" },
    spec: { holderIdentity: "somebody", leaseDurationSeconds: 15, renewTime },
  };
}

const DURATION_MS = 15_000;
const newProof = () => createProof(() => DURATION_MS);

Deno.test("a renewal counts from the last read that still found another one, whenever it was heard of", async () => {
  const clocks = fakeClocks();
  const proof = newProof();
  proof.see(lease("1"));
  const passed = startStopwatch(clocks);
  await clocks.advance(100);
  proof.read(passed);
  assertEquals(proof.leftMs(), -Infinity, "nobody knows how old the first one was");
  await clocks.advance(6_900);
  proof.see(lease("2"));
  assertEquals(proof.leftMs(), DURATION_MS - 7_000);
  proof.see(lease("3"));
  assertEquals(proof.leftMs(), DURATION_MS - 7_000);
});

Deno.test("without a read nothing is certain", () => {
  const proof = newProof();
  proof.see(lease("1"));
  proof.see(lease("2"));
  assertEquals(proof.leftMs(), -Infinity);
});

Deno.test("what we wrote ourselves counts from before it was sent", async () => {
  const clocks = fakeClocks();
  const proof = newProof();
  const passed = startStopwatch(clocks);
  await clocks.advance(2_000);
  proof.see(lease("1"));
  proof.wrote(passed);
  assertEquals(proof.leftMs(), DURATION_MS - 2_000);
  clocks.setWall(60_000);
  assertEquals(proof.leftMs() <= 0, true, "a suspended machine hides no time");
});

Deno.test("a Lease that is not there counts for nothing", () => {
  const clocks = fakeClocks();
  const proof = newProof();
  proof.see(lease("1"));
  proof.wrote(startStopwatch(clocks));
  proof.see(undefined);
  assertEquals(proof.leftMs(), 0);
});
