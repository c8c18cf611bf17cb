// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { roles, secrets, services } from "../../kube/builtin.ts";
import type { KubeObject } from "../../kube/object.ts";
import { createMetrics } from "../../process/metrics.ts";
import { service } from "../apply/testing/objects.ts";
import { childKind, ownKind } from "./child_kind.ts";
import { createManager } from "./manager.ts";
import { done } from "./outcome.ts";
import { fakeCoordination } from "./testing/fake_coordination.ts";
import { createFakeClock, settle } from "./testing/fake_clock.ts";
import { createFakeCluster } from "./testing/fake_cluster.ts";
import { createMemoryLog } from "./testing/memory_log.ts";

const ROLES = "roles.rbac.authorization.k8s.io";

async function setUp(
  { optional = false, objects = [service("a"), service("b")], refused }: {
    optional?: boolean;
    objects?: KubeObject[];
    /** A resource that the API server refuses from the start. */
    refused?: string;
  } = {},
) {
  const cluster = createFakeCluster(objects);
  if (refused) cluster.refuse(refused, 403);
  const clock = createFakeClock();
  const coordination = fakeCoordination();
  const reconciled: string[] = [];
  const reported: string[] = [];
  /** For each key, the unreadable kinds that the status of the object reports. */
  const statuses = new Map<string, string>();
  const manager = createManager({
    client: cluster.client,
    metrics: createMetrics(),
    coordination,
    instance: "test",
    clock,
    random: () => 0.5,
    log: createMemoryLog(),
  });
  manager.controller({
    name: "test",
    workers: 1,
    reconcile(key) {
      reconciled.push(key);
      statuses.delete(key);
      return Promise.resolve(done);
    },
    reportUnreadable(key, { names }) {
      if (statuses.get(key) !== names) reported.push(`${key} ${names}`);
      statuses.set(key, names);
      return Promise.resolve(done);
    },
    kinds: manager.watch({
      own: ownKind({ resource: services }),
      children: {
        roles: childKind({ resource: roles, keys: () => [], optional }),
        secrets: childKind({ resource: secrets, keys: () => [] }),
      },
    }),
  });
  coordination.grant();
  const stop = new AbortController();
  const running = manager.run(stop.signal);
  await settle();
  return {
    cluster,
    clock,
    coordination,
    reconciled: () => reconciled.splice(0),
    reported: () => reported.splice(0),
    async [Symbol.asyncDispose]() {
      stop.abort();
      await settle();
      await running;
      assertEquals(clock.pending(), 0);
    },
  };
}

Deno.test("objects report an unreadable kind after a while, once, and are reconciled afterwards", async () => {
  for (const status of [403, 404, 500]) {
    await using test = await setUp();
    await test.clock.advance(300_000);
    assertEquals(test.reported(), []);
    test.cluster.refuse("roles", status);
    // After a response with status 500, the informer still counts as in sync for a minute.
    await test.clock.advance(status === 500 ? 95_000 : 40_000);
    assertEquals(test.reported(), [], `status ${status}`);
    await test.clock.advance(60_000);
    assertEquals(test.reported(), [`ns/a ${ROLES}`, `ns/b ${ROLES}`], `status ${status}`);
    await test.clock.advance(600_000);
    assertEquals(test.reported(), [], `status ${status}`);
    test.reconciled();
    test.cluster.refuse("roles", undefined);
    await test.clock.advance(60_000);
    assertEquals([test.reconciled().slice(0, 2), test.reported()], [["ns/a", "ns/b"], []]);
  }
});

Deno.test("a kind that is unreadable from the start is reported, too", async () => {
  await using test = await setUp({ refused: "secrets" });
  await test.clock.advance(40_000);
  assertEquals([test.reconciled(), test.reported()], [[], []]);
  await test.clock.advance(20_000);
  assertEquals(test.reported(), ["ns/a secrets", "ns/b secrets"]);
});

Deno.test("a change of an object is reported during the interruption, but not before the delay", async () => {
  await using test = await setUp({ objects: [service("a")] });
  test.cluster.refuse("roles", 403);
  await test.clock.advance(30_000);
  test.reconciled();
  test.cluster.tell("MODIFIED", service("a", 81));
  await settle();
  assertEquals([test.reconciled(), test.reported()], [[], []]);
  await test.clock.advance(30_000);
  assertEquals(test.reported(), [`ns/a ${ROLES}`]);
  test.cluster.tell("ADDED", service("new"));
  await settle();
  assertEquals([test.reconciled(), test.reported()], [[], [`ns/new ${ROLES}`]]);
});

Deno.test("each interruption has its own delay", async () => {
  await using test = await setUp({ objects: [service("a")] });
  for (let interruption = 0; interruption < 3; interruption++) {
    test.cluster.refuse("roles", 403);
    await test.clock.advance(30_000);
    test.cluster.refuse("roles", undefined);
    // The informer lists Roles again within 15 s, so no interruption lasts long enough to be reported.
    await test.clock.advance(30_000);
  }
  assertEquals(test.reported(), []);
});

Deno.test("an interruption that directly follows another one has its own delay", async () => {
  await using test = await setUp({ objects: [service("a")] });
  test.cluster.refuse("roles", 403);
  await test.clock.advance(60_000);
  assertEquals(test.reported(), [`ns/a ${ROLES}`]);
  test.reconciled();
  test.cluster.refuse("roles", undefined);
  while (test.reconciled().length === 0) await test.clock.advance(100);
  test.cluster.refuse("roles", 403);
  await test.clock.advance(40_000);
  assertEquals(test.reported(), []);
  await test.clock.advance(20_000);
  assertEquals(test.reported(), [`ns/a ${ROLES}`]);
});

Deno.test("objects report another unreadable kind, and the remaining one", async () => {
  await using test = await setUp({ objects: [service("a")] });
  test.cluster.refuse("roles", 403);
  await test.clock.advance(60_000);
  test.cluster.refuse("secrets", 403);
  await test.clock.advance(60_000);
  test.cluster.refuse("roles", undefined);
  await test.clock.advance(120_000);
  assertEquals(test.reported(), [`ns/a ${ROLES}`, `ns/a ${ROLES}, secrets`, "ns/a secrets"]);
});

Deno.test("nothing is reported while the objects themselves cannot be read, or just after that", async () => {
  await using test = await setUp();
  for (const plural of ["services", "roles", "secrets"]) test.cluster.refuse(plural, 500);
  await test.clock.advance(600_000);
  test.cluster.refuse("services", undefined);
  await test.clock.advance(30_000);
  for (const plural of ["roles", "secrets"]) test.cluster.refuse(plural, undefined);
  await test.clock.advance(60_000);
  assertEquals(test.reported(), []);
});

Deno.test("nothing is reported while the watch of the objects is interrupted", async () => {
  await using test = await setUp();
  test.cluster.refuse("roles", 403);
  // After this error, the informer of Services still counts as in sync for a minute.
  test.cluster.refuse("services", 500);
  await test.clock.advance(59_000);
  assertEquals(test.reported(), []);
});

Deno.test("an absent optional kind is not reported", async () => {
  await using test = await setUp({ optional: true });
  test.cluster.refuse("roles", 404);
  await test.clock.advance(600_000);
  assertEquals(test.reported(), []);
});

Deno.test("only the leader reports, after its own delay, and only in namespaces that it manages", async () => {
  await using test = await setUp({ objects: [service("a")] });
  test.cluster.refuse("roles", 403);
  await test.clock.advance(20_000);
  test.coordination.revoke();
  await test.clock.advance(600_000);
  test.coordination.exclude("ns");
  test.coordination.grant();
  await test.clock.advance(40_000);
  test.coordination.include("ns");
  await settle();
  assertEquals(test.reported(), []);
  test.coordination.exclude("ns");
  await test.clock.advance(600_000);
  assertEquals(test.reported(), []);
  test.coordination.include("ns");
  await settle();
  assertEquals(test.reported(), [`ns/a ${ROLES}`]);
});
