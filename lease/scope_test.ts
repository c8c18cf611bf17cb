// @ts-types="../types/std/assert.d.ts"
import { assert, assertEquals, assertRejects } from "@std/assert";
import { INSTALLATION, MARKER_NAME } from "./marker_lease.ts";
import { createScope } from "./scope.ts";
import { fakeClocks, settle } from "./testing/fake_clocks.ts";
import { type MarkerServer, markerServer } from "./testing/marker_server.ts";

async function setUp(before: (server: MarkerServer) => void = () => {}) {
  const server = markerServer(MARKER_NAME);
  before(server);
  const clocks = fakeClocks();
  const released: string[] = [];
  const stop = new AbortController();
  const scope = createScope({
    client: server.client,
    freshnessMs: 5_000,
    clocks,
    random: () => 0,
  });
  scope.onNamespaceReleased((namespace) => released.push(namespace));
  scope.informer.start(stop.signal);
  await scope.informer.synced;
  return {
    server,
    clocks,
    scope,
    released,
    async end() {
      stop.abort();
      await clocks.advance(100_000);
      await scope.informer.stopped;
    },
  };
}

Deno.test("the scope contains all namespaces without a marker Lease", async () => {
  const { scope, end } = await setUp((server) => server.mark("a", "1"));
  assertEquals([scope.accepts("a"), scope.accepts("b")], [false, true]);
  // The Go operator ignores namespaces whose name contains `ephemeral`, but this operator manages them.
  assertEquals(scope.accepts("team-ephemeral"), true);
  await end();
});

Deno.test("a namespace is released when a marker Lease of the Go operator is deleted", async () => {
  const { scope, server, released, end } = await setUp((server) => server.mark("a", "1"));
  server.unmark("a");
  await settle();
  assertEquals([scope.accepts("a"), released], [true, ["a"]]);
  await end();
});

Deno.test("a namespace is released when its marker Lease was not renewed for the duration, by the monotonic clock", async () => {
  const { scope, server, clocks, released, end } = await setUp((server) => server.mark("a", "1"));
  await clocks.advance(20_000);
  server.mark("a", "2");
  clocks.setWall(3_600_000);
  await clocks.advance(29_900);
  assertEquals([scope.accepts("a"), released], [false, []]);
  await clocks.advance(200);
  assertEquals([scope.accepts("a"), released], [true, ["a"]]);
  server.mark("a", "3");
  await settle();
  assertEquals(scope.accepts("a"), false);
  await end();
});

Deno.test("a marker Lease of this operator ends when it is released; if a user deletes it, it expires after its duration", async () => {
  const { scope, server, clocks, released, end } = await setUp();
  const annotations = { [INSTALLATION]: "a/dynamo.nvidia.com/main" };
  server.mark("a", "1", {}, annotations);
  await clocks.advance(10_000);
  server.mark("a", "", {}, annotations);
  await settle();
  assertEquals([scope.accepts("a"), released], [true, ["a"]]);
  server.unmark("a");
  await settle();
  assertEquals(released, ["a"]);

  server.mark("b", "1", {}, annotations);
  await clocks.advance(10_000);
  server.unmark("b");
  await settle();
  assertEquals([scope.accepts("b"), released], [false, ["a"]]);
  await clocks.advance(20_100);
  assertEquals([scope.accepts("b"), released], [true, ["a", "b"]]);
  await end();
});

Deno.test("a marker Lease that the Go operator created without renewTime is respected", async () => {
  const { scope, server, end } = await setUp();
  server.mark("a", "", { acquireTime: "2024-01-01T00:00:00.000000Z" });
  await settle();
  assertEquals(scope.accepts("a"), false);
  await end();
});

for (
  const [description, spec] of [
    ["has a duration of 68 years", { leaseDurationSeconds: 2 ** 31 - 1 }],
    ["was renewed in the year 9999", {
      renewTime: "9999-12-31T23:59:59.000000Z",
      leaseDurationSeconds: 300,
    }],
    ["was renewed in the year 1", {
      renewTime: "0001-01-01T00:00:00.000000Z",
      leaseDurationSeconds: 300,
    }],
  ] as const
) {
  Deno.test(`a marker Lease that ${description} expires five minutes after its last renewal`, async () => {
    const { scope, server, clocks, end } = await setUp();
    server.mark("a", "1", spec);
    await clocks.advance(299_000);
    assertEquals([scope.accepts("a"), scope.accepts("b")], [false, true]);
    await clocks.advance(1_100);
    assert(scope.accepts("a"));
    await end();
  });
}

Deno.test("an edit of labels does not renew a marker Lease", async () => {
  const { scope, server, clocks, end } = await setUp((server) => server.mark("a", "1"));
  await clocks.advance(29_000);
  server.label("a");
  await clocks.advance(1_100);
  assert(scope.accepts("a"));
  await end();
});

Deno.test("a marker Lease without a duration is not held", async () => {
  const { scope, server, end } = await setUp();
  server.mark("a", "1", { leaseDurationSeconds: 0 });
  await settle();
  assert(scope.accepts("a"));
  await end();
});

Deno.test("a refresh lists all marker Leases only if the last list is old", async () => {
  const { scope, server, clocks, end } = await setUp();
  assertEquals(scope.isFresh(), false);
  await Promise.all([scope.refresh(), scope.refresh(), scope.refresh()]);
  assertEquals([scope.isFresh(), server.lists()], [true, 1]);
  await clocks.advance(2_000);
  await scope.refresh();
  assertEquals(server.lists(), 1);
  await clocks.advance(1_000);
  await scope.refresh();
  await settle();
  assertEquals(server.lists(), 2);
  await clocks.advance(4_900);
  assert(scope.isFresh());
  await clocks.advance(200);
  assertEquals(scope.isFresh(), false);
  await end();
});

Deno.test("continuous writes cause a list every half of the freshness, and no writes cause none", async () => {
  const { scope, server, clocks, end } = await setUp();
  for (let step = 0; step < 600; step++) {
    await scope.refresh();
    assert(scope.isFresh());
    await clocks.advance(100);
  }
  assertEquals(server.lists(), 24, "in a minute");
  await clocks.advance(3_600_000);
  assertEquals(server.lists(), 24, "in an hour without a write");
  await end();
});

Deno.test("a list finds created and deleted marker Leases that a dead watch misses", async () => {
  const { scope, server, released, end } = await setUp((server) => server.mark("a", "1"));
  server.watchPaused = true;
  server.mark("b", "1");
  server.unmark("a");
  assertEquals([scope.accepts("a"), scope.accepts("b")], [false, true]);
  await scope.refresh();
  assertEquals([scope.accepts("a"), scope.accepts("b"), released], [true, false, ["a"]]);
  await end();
});

Deno.test("after a failed list, the old list stays too old, and a clock that is set forward makes a list too old", async () => {
  const { scope, server, clocks, end } = await setUp();
  server.failing = true;
  await assertRejects(() => scope.refresh(), Error, "cut off");
  assertEquals(scope.isFresh(), false);
  server.failing = false;
  await scope.refresh();
  clocks.setWall(6_000);
  assertEquals(scope.isFresh(), false);
  await end();
});
