// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { services } from "../../kube/builtin.ts";
import { createManager } from "./manager.ts";
import { createMetrics } from "../../process/metrics.ts";
import { done, type Outcome } from "./outcome.ts";
import { fakeAuthority } from "./testing/fake_authority.ts";
import { createFakeClock, settle } from "./testing/fake_clock.ts";
import { createFakeCluster } from "./testing/fake_cluster.ts";
import { createMemoryLog } from "./testing/memory_log.ts";
import { service } from "../apply/testing/objects.ts";
import { selfKey } from "./watch.ts";

/** A manager of one controller over Services, whose authority the test plays. */
async function scene(
  reconcile: (key: string, signal: AbortSignal) => Promise<Outcome> = () => Promise.resolve(done),
) {
  const cluster = createFakeCluster([service("a"), service("b")]);
  const clock = createFakeClock();
  const authority = fakeAuthority();
  const keys: string[] = [];
  const manager = createManager({
    client: cluster.client,
    metrics: createMetrics(),
    instance: "test",
    authority,
    clock,
    random: () => 0.5,
    log: createMemoryLog(),
  });
  manager.controller({
    name: "test",
    workers: 1,
    reconcile: (key, signal) => {
      keys.push(key);
      return reconcile(key, signal);
    },
    watches: [{ informer: manager.informer(services), keys: selfKey }],
  });
  const stop = new AbortController();
  const running = manager.run(stop.signal);
  await settle();
  return {
    authority,
    cluster,
    clock,
    /** The keys that were worked on since the last look. */
    worked: () => keys.splice(0),
    async end() {
      stop.abort();
      await settle();
      await running;
    },
  };
}

Deno.test("a standby watches and does nothing; when it may act it plans everything", async () => {
  const { authority, cluster, worked, end } = await scene();
  cluster.tell("ADDED", service("c"));
  await settle();
  assertEquals([cluster.watches(), worked()], [1, []]);
  authority.grant();
  await settle();
  assertEquals(worked(), ["ns/a", "ns/b", "ns/c"]);
  await end();
});

Deno.test("who loses its authority is cut off at once, and begins anew when it has it again", async () => {
  let reason: unknown;
  const { authority, cluster, worked, end } = await scene((_key, signal) =>
    new Promise((resolve, reject) => {
      if (reason) return resolve(done);
      signal.addEventListener("abort", () => reject(reason = signal.reason), { once: true });
    })
  );
  authority.grant();
  await settle();
  authority.revoke();
  await settle();
  assertEquals([String(reason), worked()], ["Error: lost", ["ns/a"]]);
  cluster.tell("MODIFIED", service("b", 81));
  await settle();
  assertEquals(worked(), []);
  authority.grant();
  await settle();
  assertEquals(worked(), ["ns/a", "ns/b"]);
  await end();
});

Deno.test("events of a namespace that is another's are not heard; given back, all of it is planned at once", async () => {
  const { authority, cluster, worked, end } = await scene();
  authority.grant();
  await settle();
  worked();
  authority.exclude("ns");
  cluster.tell("MODIFIED", service("a", 81));
  await settle();
  assertEquals(worked(), []);
  authority.include("ns");
  await settle();
  assertEquals(worked().sort(), ["ns/a", "ns/b"]);
  await end();
});

Deno.test("keys that wait when their namespace becomes another's are dropped", async () => {
  const gate = Promise.withResolvers<void>();
  const { authority, worked, end } = await scene(() => gate.promise.then(() => done));
  authority.grant();
  await settle();
  authority.exclude("ns");
  gate.resolve();
  await settle();
  assertEquals(worked(), ["ns/a"]);
  await end();
});
