// @ts-types="../../types/std/assert.d.ts"
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { services } from "../../kube/builtin.ts";
import { createManager, type ManagerOptions } from "./manager.ts";
import { createMetrics } from "../../process/metrics.ts";
import { done, type Outcome } from "./outcome.ts";
import { createFakeClock, settle } from "./testing/fake_clock.ts";
import { createFakeCluster } from "./testing/fake_cluster.ts";
import { createMemoryLog } from "./testing/memory_log.ts";
import { service } from "../apply/testing/objects.ts";
import { selfKey } from "./watch.ts";

/** A manager of one controller over Services, with time standing still. */
function scene(
  options: Partial<ManagerOptions> & {
    names?: string[];
    listed?: Promise<void>;
    reconcile?: (key: string, signal: AbortSignal) => Promise<Outcome>;
  } = {},
) {
  const { names = ["a"], listed, reconcile = () => Promise.resolve(done), ...rest } = options;
  const cluster = createFakeCluster(names.map((name) => service(name)), listed);
  const clock = createFakeClock();
  const log = createMemoryLog();
  const keys: string[] = [];
  const manager = createManager({
    client: cluster.client,
    metrics: createMetrics(),
    instance: "test",
    clock,
    random: () => 0.5,
    log,
    ...rest,
  });
  const informer = manager.informer(services);
  manager.controller({
    name: "test",
    workers: 1,
    reconcile: (key, signal) => {
      keys.push(key);
      return reconcile(key, signal);
    },
    watches: [{ informer, keys: selfKey }],
  });
  const stop = new AbortController();
  return { manager, cluster, clock, log, keys, stop, run: () => manager.run(stop.signal) };
}

Deno.test("controllers begin when the informers are in sync, and stop cleanly", async () => {
  const listed = Promise.withResolvers<void>();
  const { cluster, clock, keys, stop, run } = scene({ listed: listed.promise, names: ["a", "b"] });
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

Deno.test("a stop before the informers are in sync stops at once", async () => {
  const never = new Promise<void>(() => {});
  const { keys, stop, clock, run } = scene({ listed: never });
  const running = run();
  await settle();
  stop.abort();
  // The fake watch hangs where a real one ends; that must not hold up the stop for long either.
  await clock.advance(10_000);
  await running;
  assertEquals(keys, []);
});

Deno.test("what users change goes before the backlog of the start", async () => {
  const gate = Promise.withResolvers<void>();
  const { cluster, keys, stop, run } = scene({
    names: ["a", "b", "c"],
    reconcile: () => gate.promise.then(() => done),
  });
  const running = run();
  await settle();
  cluster.tell("MODIFIED", service("c", 81));
  cluster.tell("ADDED", service("new"));
  await settle();
  gate.resolve();
  await settle();
  assertEquals(keys, ["ns/a", "ns/c", "ns/new", "ns/b"]);
  stop.abort();
  await running;
});

Deno.test("a resync plans every key anew without a request, around its time", async () => {
  const { clock, keys, stop, run } = scene({ names: ["a", "b"], resyncMs: 1_000, random: () => 0 });
  const running = run();
  await settle();
  keys.length = 0;
  await clock.advance(899);
  assertEquals(keys, []);
  await clock.advance(1);
  assertEquals(keys, ["ns/a", "ns/b"]);
  await clock.advance(900);
  assertEquals(keys.length, 4);
  stop.abort();
  await running;
});

Deno.test("what is in work at a stop gets to end, what waits is not begun", async () => {
  const gate = Promise.withResolvers<void>();
  const { keys, stop, run, log } = scene({
    names: ["a", "b"],
    reconcile: () => gate.promise.then(() => done),
  });
  let ended = false;
  const running = run().then(() => ended = true);
  await settle();
  stop.abort();
  await settle();
  assertEquals(ended, false);
  gate.resolve();
  await running;
  assertEquals(keys, ["ns/a"]);
  assertEquals(log.lines.filter((line) => line.startsWith("warn")), []);
});

Deno.test("what does not end in time after a stop is cut off, and told", async () => {
  let reason: unknown;
  const { clock, stop, run, log } = scene({
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
    "warn Passes of test did not end within 8000 ms and are cut off",
  ]);
});

Deno.test("a pass that hears no signal does not keep the program from ending", async () => {
  const { clock, stop, run } = scene({ reconcile: () => new Promise(() => {}) });
  const running = run();
  await settle();
  stop.abort();
  await clock.advance(12_000);
  await running;
});

Deno.test("one informer serves all who ask for the same, and nobody else", () => {
  const { manager } = scene();
  const project = (object: object) => object as never;
  assertEquals(manager.informer(services), manager.informer(services, {}));
  assert(manager.informer(services) !== manager.informer(services, { namespace: "ns" }));
  assertThrows(() => manager.informer(services, { project }), Error, "another projection");
});

Deno.test("an informer that comes after the start is refused", async () => {
  const { manager, stop, run } = scene();
  const running = run();
  await settle();
  assertThrows(() => manager.informer(services, { namespace: "late" }), Error, "runs already");
  stop.abort();
  await running;
});

Deno.test("probes answer before the informers are in sync, and the metrics tell of the work", async () => {
  const listed = Promise.withResolvers<void>();
  const [probePort, metricsPort] = [freePort(), freePort()];
  const { stop, run } = scene({
    listed: listed.promise,
    probeAddress: { hostname: "127.0.0.1", port: probePort },
    metricsAddress: { hostname: "127.0.0.1", port: metricsPort },
  });
  const running = run();
  const ready = () => fetch(`http://127.0.0.1:${probePort}/readyz`);
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
  const metrics = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
  assert(
    metrics.includes('controller_runtime_reconcile_total{controller="test",result="success"} 1'),
  );
  stop.abort();
  await running;
});

Deno.test("an address that is taken ends the run, and nothing stays behind", async () => {
  const [probePort, taken] = [freePort(), Deno.listen({ hostname: "127.0.0.1", port: 0 })];
  const { port } = taken.addr as Deno.NetAddr;
  const { run, cluster } = scene({
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
