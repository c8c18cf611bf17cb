// @ts-types="../types/std/assert.d.ts"
import { assert, assertEquals, assertRejects } from "@std/assert";
import { INSTALLATION, MARKER_NAME } from "./marker_lease.ts";
import { createScope } from "./scope.ts";
import { fakeClocks, settle } from "./testing/fake_clocks.ts";
import { type MarkerServer, markerServer } from "./testing/marker_server.ts";

async function scene(before: (server: MarkerServer) => void = () => {}) {
  const server = markerServer(MARKER_NAME);
  before(server);
  const clocks = fakeClocks();
  const returned: string[] = [];
  const stop = new AbortController();
  const scope = createScope({
    client: server.client,
    freshnessMs: 5_000,
    clocks,
    random: () => 0,
    log: { info: () => {}, warn: () => {} },
  });
  scope.onReturn((namespace) => returned.push(namespace));
  scope.informer.start(stop.signal);
  await scope.informer.synced;
  return {
    server,
    clocks,
    scope,
    returned,
    async end() {
      stop.abort();
      await clocks.advance(100_000);
      await scope.informer.stopped;
    },
  };
}

Deno.test("a marked namespace is left alone, all others are not", async () => {
  const { scope, end } = await scene((server) => server.mark("a", "1"));
  assertEquals([scope.accepts("a"), scope.accepts("b")], [false, true]);
  await end();
});

Deno.test("a namespace comes back the moment its marker is deleted", async () => {
  const { scope, server, returned, end } = await scene((server) => server.mark("a", "1"));
  server.unmark("a");
  await settle();
  assertEquals([scope.accepts("a"), returned], [true, ["a"]]);
  await end();
});

Deno.test("a namespace comes back when its marker has not been renewed for its duration, by our clock", async () => {
  const { scope, server, clocks, returned, end } = await scene((server) => server.mark("a", "1"));
  await clocks.advance(20_000);
  server.mark("a", "2");
  clocks.setWall(3_600_000);
  await clocks.advance(29_900);
  assertEquals([scope.accepts("a"), returned], [false, []]);
  await clocks.advance(200);
  assertEquals([scope.accepts("a"), returned], [true, ["a"]]);
  server.mark("a", "3");
  await settle();
  assertEquals(scope.accepts("a"), false);
  await end();
});

Deno.test("a marker of ours ends when it is given back; deleted by hand it counts on, since its holder may still write", async () => {
  const { scope, server, clocks, returned, end } = await scene();
  const annotations = { [INSTALLATION]: "a/dynamo.nvidia.com/main" };
  server.mark("a", "1", {}, annotations);
  await clocks.advance(10_000);
  server.mark("a", "", {}, annotations);
  await settle();
  assertEquals([scope.accepts("a"), returned], [true, ["a"]]);
  server.unmark("a");
  await settle();
  assertEquals(returned, ["a"]);

  server.mark("b", "1", {}, annotations);
  await clocks.advance(10_000);
  server.unmark("b");
  await settle();
  assertEquals([scope.accepts("b"), returned], [false, ["a"]]);
  await clocks.advance(20_100);
  assertEquals([scope.accepts("b"), returned], [true, ["a", "b"]]);
  await end();
});

Deno.test("a marker that upstream's operator has just made keeps us out, though it names no renewal yet", async () => {
  const { scope, server, end } = await scene();
  server.mark("a", "", { acquireTime: "2024-01-01T00:00:00.000000Z" });
  await settle();
  assertEquals(scope.accepts("a"), false);
  await end();
});

for (
  const [what, spec] of [
    ["counts for 68 years", { leaseDurationSeconds: 2 ** 31 - 1 }],
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
  Deno.test(`a marker that says that it ${what} counts for five minutes if nobody renews it`, async () => {
    const { scope, server, clocks, end } = await scene();
    server.mark("a", "1", spec);
    await clocks.advance(299_000);
    assertEquals([scope.accepts("a"), scope.accepts("b")], [false, true]);
    await clocks.advance(1_100);
    assert(scope.accepts("a"));
    await end();
  });
}

Deno.test("labels keep no marker alive", async () => {
  const { scope, server, clocks, end } = await scene((server) => server.mark("a", "1"));
  await clocks.advance(29_000);
  server.label("a");
  await clocks.advance(1_100);
  assert(scope.accepts("a"));
  await end();
});

Deno.test("a Lease of that name without a duration marks nothing", async () => {
  const { scope, server, end } = await scene();
  server.mark("a", "1", { leaseDurationSeconds: 0 });
  await settle();
  assert(scope.accepts("a"));
  await end();
});

Deno.test("the view of the markers is proven by a list, and asked for again only when it ages", async () => {
  const { scope, server, clocks, end } = await scene();
  assertEquals(scope.isProven(), false);
  await Promise.all([scope.prove(), scope.prove(), scope.prove()]);
  assertEquals([scope.isProven(), server.lists()], [true, 1]);
  await clocks.advance(2_000);
  await scope.prove();
  assertEquals(server.lists(), 1);
  await clocks.advance(1_000);
  await scope.prove();
  await settle();
  assertEquals(server.lists(), 2);
  await clocks.advance(4_900);
  assert(scope.isProven());
  await clocks.advance(200);
  assertEquals(scope.isProven(), false);
  await end();
});

Deno.test("constant writing asks for the markers every half of the freshness, none asks for nothing", async () => {
  const { scope, server, clocks, end } = await scene();
  for (let step = 0; step < 600; step++) {
    await scope.prove();
    assert(scope.isProven());
    await clocks.advance(100);
  }
  assertEquals(server.lists(), 24, "in a minute");
  await clocks.advance(3_600_000);
  assertEquals(server.lists(), 24, "in an hour without a write");
  await end();
});

Deno.test("a list tells what a dead watch does not: markers that came, and markers that went", async () => {
  const { scope, server, returned, end } = await scene((server) => server.mark("a", "1"));
  server.hushed = true;
  server.mark("b", "1");
  server.unmark("a");
  assertEquals([scope.accepts("a"), scope.accepts("b")], [false, true]);
  await scope.prove();
  assertEquals([scope.accepts("a"), scope.accepts("b"), returned], [true, false, ["a"]]);
  await end();
});

Deno.test("without an answer nothing is proven, and a clock that is set ahead ends a proof", async () => {
  const { scope, server, clocks, end } = await scene();
  server.failing = true;
  await assertRejects(() => scope.prove(), Error, "cut off");
  assertEquals(scope.isProven(), false);
  server.failing = false;
  await scope.prove();
  clocks.setWall(6_000);
  assertEquals(scope.isProven(), false);
  await end();
});
