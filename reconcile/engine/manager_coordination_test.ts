// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { done, type Outcome } from "./outcome.ts";
import { fakeCoordination } from "./testing/fake_coordination.ts";
import { settle } from "./testing/fake_clock.ts";
import { createTestManager } from "./testing/test_manager.ts";
import { service } from "../apply/testing/objects.ts";

async function setUp(
  reconcile: (key: string, signal: AbortSignal) => Promise<Outcome> = () => Promise.resolve(done),
) {
  const coordination = fakeCoordination();
  const names = ["a", "b"];
  const { cluster, clock, keys, stop, run } = createTestManager({ coordination, names, reconcile });
  const running = run();
  await settle();
  return {
    coordination,
    cluster,
    clock,
    reconciled: () => keys.splice(0),
    async end() {
      stop.abort();
      await settle();
      await running;
    },
  };
}

Deno.test("a standby watches only; a leader reconciles every key", async () => {
  const { coordination, cluster, reconciled, end } = await setUp();
  cluster.tell("ADDED", service("c"));
  await settle();
  assertEquals([cluster.watches(), reconciled()], [1, []]);
  coordination.grant();
  await settle();
  assertEquals(reconciled(), ["ns/a", "ns/b", "ns/c"]);
  await end();
});

Deno.test("losing the leader Lease aborts reconciliations at once; acquiring it again reconciles every key", async () => {
  let reason: unknown;
  const { coordination, cluster, reconciled, end } = await setUp((_key, signal) =>
    new Promise((resolve, reject) => {
      if (reason) return resolve(done);
      signal.addEventListener("abort", () => reject(reason = signal.reason), { once: true });
    })
  );
  coordination.grant();
  await settle();
  coordination.revoke();
  await settle();
  assertEquals([String(reason), reconciled()], ["Error: lost", ["ns/a"]]);
  cluster.tell("MODIFIED", service("b", 81));
  await settle();
  assertEquals(reconciled(), []);
  coordination.grant();
  await settle();
  assertEquals(reconciled(), ["ns/a", "ns/b"]);
  await end();
});

Deno.test("events of a namespace of another operator are ignored; after the handover every key of it is reconciled", async () => {
  const { coordination, cluster, reconciled, end } = await setUp();
  coordination.grant();
  await settle();
  reconciled();
  coordination.exclude("ns");
  cluster.tell("MODIFIED", service("a", 81));
  await settle();
  assertEquals(reconciled(), []);
  coordination.include("ns");
  await settle();
  assertEquals(reconciled().sort(), ["ns/a", "ns/b"]);
  await end();
});

Deno.test("queued keys are dropped when another operator takes over their namespace", async () => {
  const unblocked = Promise.withResolvers<void>();
  const { coordination, reconciled, end } = await setUp(() => unblocked.promise.then(() => done));
  coordination.grant();
  await settle();
  coordination.exclude("ns");
  unblocked.resolve();
  await settle();
  assertEquals(reconciled(), ["ns/a"]);
  await end();
});
