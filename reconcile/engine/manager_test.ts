// @ts-types="../../types/std/assert.d.ts"
import { assert, assertEquals, assertRejects } from "@std/assert";
import { HistoryResetError } from "../../kube/history.ts";
import { service } from "../apply/testing/objects.ts";
import { within } from "./manager.ts";
import { done } from "./outcome.ts";
import { createFakeClock, settle } from "./testing/fake_clock.ts";
import { createTestManager } from "./testing/test_manager.ts";

Deno.test("controllers start when the informers are in sync, and stop cleanly", async () => {
  const listed = Promise.withResolvers<void>();
  const { cluster, clock, keys, stop, run } = createTestManager({
    listed: listed.promise,
    names: ["a", "b"],
  });
  const running = run();
  await settle();
  assertEquals([cluster.watches(), keys.length], [1, 0]);
  listed.resolve();
  await settle();
  assertEquals(keys, ["ns/a", "ns/b"]);
  stop.abort();
  await running;
  assertEquals([cluster.watches(), clock.pending()], [0, 0]);
});

Deno.test("a stop before the informers are in sync takes effect at once", async () => {
  const never = new Promise<void>(() => {});
  const { keys, stop, clock, run } = createTestManager({ listed: never });
  const running = run();
  await settle();
  stop.abort();
  // Unlike a real watch, the fake watch ignores the abort. The manager must still stop within 10 s.
  await clock.advance(10_000);
  await running;
  assertEquals(keys, []);
});

Deno.test("changes by users have priority over the backlog of the start", async () => {
  const unblocked = Promise.withResolvers<void>();
  const { cluster, keys, stop, run } = createTestManager({
    names: ["a", "b", "c"],
    reconcile: () => unblocked.promise.then(() => done),
  });
  const running = run();
  await settle();
  cluster.tell("MODIFIED", service("c", 81));
  cluster.tell("ADDED", service("new"));
  await settle();
  unblocked.resolve();
  await settle();
  assertEquals(keys, ["ns/a", "ns/c", "ns/new", "ns/b"]);
  stop.abort();
  await running;
});

Deno.test("a resync reconciles every key at the interval with jitter, and sends no request", async () => {
  const { clock, keys, stop, run } = createTestManager({
    names: ["a", "b"],
    resyncMs: 1_000,
    random: () => 0,
  });
  const running = run();
  await settle();
  keys.length = 0;
  await clock.advance(899);
  assertEquals(keys, []);
  // The second key waits for the next turn of the event loop.
  await clock.advance(2);
  assertEquals(keys, ["ns/a", "ns/b"]);
  await clock.advance(900);
  assertEquals(keys.length, 4);
  stop.abort();
  await running;
});

Deno.test("a stop lets running reconciliations end and starts no others", async () => {
  const unblocked = Promise.withResolvers<void>();
  const { keys, stop, run, log } = createTestManager({
    names: ["a", "b"],
    reconcile: () => unblocked.promise.then(() => done),
  });
  let ended = false;
  const running = run().then(() => ended = true);
  await settle();
  stop.abort();
  await settle();
  assertEquals(ended, false);
  unblocked.resolve();
  await running;
  assertEquals(keys, ["ns/a"]);
  assertEquals(log.lines.filter((line) => line.startsWith("warn")), []);
});

Deno.test("reconciliations that exceed the grace period are aborted and logged", async () => {
  let reason: unknown;
  const { clock, stop, run, log } = createTestManager({
    reconcile: (_key, signal) =>
      new Promise((_, reject) =>
        signal.addEventListener("abort", () => {
          reason = signal.reason;
          reject(signal.reason);
        })
      ),
  });
  const running = run();
  await settle();
  stop.abort();
  await clock.advance(7_999);
  assertEquals(reason, undefined);
  await clock.advance(1);
  await running;
  assert(reason instanceof Error);
  assertEquals(log.lines.filter((line) => line.startsWith("warn")), [
    "warn Reconciliations of test did not end within 8000 ms and are aborted",
  ]);
});

Deno.test("a controller that is idle because the API server does not respond is not logged", async () => {
  const { cluster, clock, stop, run, log } = createTestManager();
  const running = run();
  await settle();
  const idle = () => log.lines.filter((line) => line.includes("Controller"));
  cluster.refuse("services", "no response");
  await clock.advance(120_000);
  const reason = 'services cannot be listed and watched: Cannot watch "/": no response';
  assertEquals(idle(), [`debug Controller test is idle: ${reason}`]);
  cluster.refuse("services", undefined);
  await clock.advance(60_000);
  assertEquals(idle().length, 1);
  cluster.refuse("services", 403);
  await clock.advance(60_000);
  assertEquals(idle().slice(1).map((line) => line.split(":")[0]), [
    "warn Controller test is idle",
  ]);
  stop.abort();
  await running;
});

Deno.test("a reconciliation that ignores its signal does not prevent the stop of the process", async () => {
  const { clock, stop, run } = createTestManager({ reconcile: () => new Promise(() => {}) });
  const running = run();
  await settle();
  stop.abort();
  await clock.advance(12_000);
  await running;
});

Deno.test("probes respond before the informers are in sync, and metrics count reconciliations", async () => {
  const listed = Promise.withResolvers<void>();
  const [probePort, metricsPort] = [freePort(), freePort()];
  const { stop, run } = createTestManager({
    listed: listed.promise,
    probeAddress: { hostname: "127.0.0.1", port: probePort },
    metricsAddress: { hostname: "127.0.0.1", port: metricsPort },
  });
  const running = run();
  const ready = (query = "") => fetch(`http://127.0.0.1:${probePort}/readyz${query}`);
  const before = await ready();
  assertEquals(before.status, 503);
  assertEquals(
    await before.text(),
    "[+] manager ok\n[-] informer/services: not in sync yet\nnot ready\n",
  );
  listed.resolve();
  await settle();
  const after = await ready();
  assertEquals([after.status, (await after.text()).split("\n").at(-2)], [200, "ready"]);
  assertEquals(
    await (await ready("?verbose")).text(),
    "[+] manager ok\n[+] informer/services ok\n[+] controller/test ok\nready\n",
  );
  const metrics = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
  assert(
    metrics.includes('controller_runtime_reconcile_total{controller="test",result="success"} 1'),
  );
  stop.abort();
  await running;
});

Deno.test("an address in use stops the manager and closes everything", async () => {
  const [probePort, taken] = [freePort(), Deno.listen({ hostname: "127.0.0.1", port: 0 })];
  const { port } = taken.addr as Deno.NetAddr;
  const { run, cluster } = createTestManager({
    probeAddress: { hostname: "127.0.0.1", port: probePort },
    metricsAddress: { hostname: "127.0.0.1", port },
  });
  await assertRejects(run, Error, `Cannot listen on "127.0.0.1:${port}"`);
  assertEquals(cluster.watches(), 0);
  taken.close();
});

function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  return port;
}

Deno.test("within returns whether the work ended in time", async () => {
  const clock = createFakeClock();
  assertEquals(await within(clock, 10, Promise.resolve()), true);
  const late = within(clock, 10, new Promise(() => {}));
  await clock.advance(10);
  assertEquals(await late, false);
  assertEquals(clock.pending(), 0);
});

Deno.test("an error of the work is thrown", async () => {
  const failing = Promise.reject(new Error("no"));
  await assertRejects(() => within(createFakeClock(), 10, failing), Error, "no");
});

Deno.test("if the data of the API server stays older than a store, the manager stops at once with an error", async () => {
  let reason: unknown;
  const { clock, cluster, run } = createTestManager({
    reconcile: (_key, signal) =>
      new Promise((resolve) =>
        signal.addEventListener("abort", () => {
          reason = signal.reason;
          resolve(done);
        })
      ),
  });
  const stopped = assertRejects(run, HistoryResetError, "etcd");
  await settle();
  cluster.refuse("services", 500);
  await settle();
  cluster.refuse("services", undefined);
  // Every response increases the resourceVersion of the fake cluster. So the test restores the backup before each
  // retry.
  for (const afterMs of [2_000, 6_000]) {
    cluster.restoreBackup();
    await clock.advance(afterMs);
  }
  await stopped;
  assert(reason instanceof Error, "a running reconciliation is aborted");
});
