// @ts-types="../types/std/assert.d.ts"
import { assert, assertEquals, assertMatch } from "@std/assert";
import { untilAborted } from "../kube/clock.ts";
import { createLeader } from "./leader.ts";
import type { LeaseClient } from "./watched_lease.ts";
import { fakeClocks, settle } from "./testing/fake_clocks.ts";
import { type LeaseServer, leaseServer } from "./testing/lease_server.ts";

const AT = { namespace: "kube-system", name: "dynamo.nvidia.com" };

function withLateCreation(client: LeaseClient, late: Promise<void>): LeaseClient {
  return {
    ...client,
    async create(...args) {
      const created = await client.create(...args);
      await late;
      return created;
    },
  } as LeaseClient;
}

function replica(
  identity: string,
  server: LeaseServer,
  clocks = fakeClocks(),
  created: Promise<void> = Promise.resolve(),
) {
  let cut = false;
  const leader = createLeader({
    client: withLateCreation(server.client(identity, () => cut), created),
    at: AT,
    identity,
    clocks,
    random: () => 0.5,
  });
  const stop = new AbortController();
  const informing = new AbortController();
  let working = false;
  let terms = 0;
  leader.informer.start(informing.signal);
  const ended = (async () => {
    await leader.informer.synced;
    await leader.run(stop.signal, async (lost) => {
      working = true;
      terms++;
      await Promise.race([untilAborted(lost), untilAborted(stop.signal)]);
      working = false;
    });
  })();
  return {
    identity,
    clocks,
    leader,
    working: () => working,
    terms: () => terms,
    mayWrite: () => leader.writeDeadline.leftMs() > 0,
    cutOff: (value: boolean) => void (cut = value),
    async stop() {
      stop.abort();
      await settle();
    },
    async end() {
      cut = false;
      stop.abort();
      await clocks.advance(5_000);
      await ended;
      informing.abort();
      await clocks.advance(1_000);
    },
  };
}

async function advanceAll(ms: number, ...replicas: { clocks: ReturnType<typeof fakeClocks> }[]) {
  for (let left = ms; left > 0; left -= 100) {
    for (const { clocks } of replicas) await clocks.advance(Math.min(100, left));
  }
}

Deno.test("a single replica leads at once, and writes times with six decimal digits", async () => {
  const server = leaseServer();
  const one = replica("one", server);
  await settle();
  assert(one.working());
  const spec = server.get(AT)?.spec;
  assertEquals([spec?.holderIdentity, spec?.leaseDurationSeconds, spec?.leaseTransitions], [
    "one",
    15,
    0,
  ]);
  for (const time of [spec?.renewTime, spec?.acquireTime]) {
    assertMatch(time ?? "", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
  }
  await one.end();
});

Deno.test("a leader renews every two seconds", async () => {
  const server = leaseServer();
  const one = replica("one", server);
  await settle();
  await one.clocks.advance(20_000);
  assertEquals(server.calls.filter(({ verb }) => verb === "patch").length, 10);
  assert(one.mayWrite());
  await one.end();
});

Deno.test("a standby acquires a released Lease within a second, and increments leaseTransitions", async () => {
  const server = leaseServer();
  const [one, two] = [replica("one", server), replica("two", server)];
  await settle();
  await advanceAll(7_000, one, two);
  await one.stop();
  await advanceAll(1_000, two);
  assert(two.working());
  const spec = server.get(AT)?.spec;
  assertEquals([spec?.holderIdentity, spec?.leaseTransitions], ["two", 1]);
  await one.end();
  await two.end();
});

Deno.test("after the leader was killed, a standby leads within 17 seconds, but not before the Lease expires", async () => {
  const server = leaseServer();
  const [one, two] = [replica("one", server), replica("two", server)];
  await settle();
  await advanceAll(3_000, one, two);
  one.cutOff(true);
  const lastRenewalAgoMs = 1_000;
  await advanceAll(15_000 - lastRenewalAgoMs - 100, two);
  assertEquals(two.working(), false);
  await advanceAll(2_000, two);
  assert(two.working());
  await one.end();
  await two.end();
});

Deno.test("a leader that cannot renew stops writing before another replica can acquire the Lease", async () => {
  const server = leaseServer();
  const [one, two] = [replica("one", server), replica("two", server)];
  await settle();
  await advanceAll(2_000, one, two);
  one.cutOff(true);
  await advanceAll(9_900, one, two);
  assert(one.mayWrite() && one.working());
  await advanceAll(200, one, two);
  assertEquals([one.mayWrite(), one.working(), two.working()], [false, false, false]);
  await advanceAll(7_000, one, two);
  assert(two.working());
  one.cutOff(false);
  await advanceAll(60_000, one, two);
  assertEquals([one.terms(), one.working(), two.working()], [1, false, true]);
  await two.stop();
  await advanceAll(5_000, one, two);
  assert(one.working(), "it leads again when the other replica stops");
  await one.end();
  await two.end();
});

Deno.test("after an outage of the API server, the last leader leads again if no other replica does", async () => {
  const server = leaseServer();
  const one = replica("one", server);
  await settle();
  one.cutOff(true);
  await advanceAll(60_000, one);
  assertEquals([one.working(), one.mayWrite()], [false, false]);
  one.cutOff(false);
  await advanceAll(15_000, one);
  assertEquals([one.working(), one.mayWrite(), one.terms()], [true, true, 2]);
  assertEquals(server.get(AT)?.spec?.leaseTransitions, 0);
  await one.end();
});

Deno.test("after a pause beyond the deadline, a leader may not write even before any timer fires", async () => {
  const server = leaseServer();
  const one = replica("one", server);
  await settle();
  const paused = one.clocks.pause(16_000);
  assertEquals(one.mayWrite(), false);
  server.put(AT, { spec: { holderIdentity: "two", renewTime: "2024-01-01T00:00:16.000000Z" } });
  await paused;
  assertEquals([one.mayWrite(), one.working()], [false, false]);
  await one.end();
});

Deno.test("a clock that is set back does not extend the time to write, and one that is set forward shortens it", async () => {
  const server = leaseServer();
  const one = replica("one", server);
  await settle();
  one.clocks.setWall(-3_600_000);
  one.cutOff(true);
  await advanceAll(10_100, one);
  assertEquals([one.mayWrite(), one.working()], [false, false]);
  one.cutOff(false);
  await advanceAll(8_000, one);
  assert(one.mayWrite());
  one.clocks.setWall(3_600_000);
  assertEquals(one.mayWrite(), false);
  await advanceAll(3_000, one);
  assert(one.mayWrite() && one.working(), "it writes again after the next renewal");
  await one.end();
});

Deno.test("a standby ignores the times in the Lease and changes of its clock", async () => {
  const server = leaseServer();
  server.put(AT, {
    spec: {
      holderIdentity: "other",
      leaseDurationSeconds: 15,
      renewTime: "1999-01-01T00:00:00.000000Z",
    },
  });
  const one = replica("one", server);
  await settle();
  one.clocks.setWall(24 * 3_600_000);
  await advanceAll(14_000, one);
  assertEquals(one.working(), false);
  server.put(AT, { spec: { renewTime: "1999-01-01T00:00:01.000000Z" } });
  await settle();
  await advanceAll(14_900, one);
  assertEquals(one.working(), false);
  await advanceAll(1_000, one);
  assert(one.working());
  await one.end();
});

Deno.test("an edit of labels does not end the leadership, an edit of the holder ends it at once", async () => {
  const server = leaseServer();
  const one = replica("one", server);
  await settle();
  server.put(AT, { metadata: { name: AT.name, labels: { a: "b" } } });
  await advanceAll(20_000, one);
  assertEquals([one.terms(), one.working()], [1, true]);
  server.put(AT, { spec: { holderIdentity: "other" } });
  await settle();
  assertEquals([one.mayWrite(), one.working()], [false, false]);
  await advanceAll(16_000, one);
  assert(one.working(), "the edited holder expires like any other holder");
  await one.end();
});

Deno.test("a shortened Lease ends the leadership, and the replica acquires it again", async () => {
  const server = leaseServer();
  const one = replica("one", server);
  await one.clocks.advance(1_000);
  server.put(AT, { spec: { leaseDurationSeconds: 1 } });
  await settle();
  await one.clocks.advance(1_000);
  assertEquals([one.working(), one.terms()], [true, 2]);
  assertEquals(server.get(AT)?.spec?.leaseDurationSeconds, 15);
  await one.end();
});

Deno.test("a Lease that cannot be acquired is reported as a problem after half a minute", async () => {
  const server = leaseServer();
  const one = replica("one", server);
  one.cutOff(true);
  await one.clocks.advance(20_000);
  assertEquals(one.leader.problem(), undefined);
  await one.clocks.advance(20_000);
  assertMatch(
    one.leader.problem() ?? "",
    /^Cannot acquire the Lease "kube-system\/dynamo.nvidia.com": /,
  );
  one.cutOff(false);
  await one.clocks.advance(10_000);
  assertEquals([one.working(), one.leader.problem()], [true, undefined]);
  await one.end();
});

Deno.test("the holder acquires a deleted Lease again at once, another replica waits until it would have expired", async () => {
  const server = leaseServer();
  const [one, two] = [replica("one", server), replica("two", server)];
  await settle();
  await advanceAll(3_000, one, two);
  server.put(AT, undefined);
  await settle();
  await advanceAll(1_000, one, two);
  assertEquals([one.working(), two.working()], [true, false]);
  one.cutOff(true);
  server.put(AT, undefined);
  await advanceAll(13_000, two);
  assertEquals(two.working(), false);
  await advanceAll(3_000, two);
  assert(two.working());
  await one.end();
  await two.end();
});

Deno.test("a leader retries after conflicts, and loses the Lease if every attempt conflicts", async () => {
  const server = leaseServer();
  server.conflicts = 2;
  const one = replica("one", server);
  await settle();
  await advanceAll(1_000, one);
  assert(one.working());
  server.conflicts = 4;
  await advanceAll(3_000, one);
  assertEquals([one.terms(), one.working(), server.conflicts], [1, true, 0]);
  server.conflicts = Infinity;
  const before = server.calls.length;
  await advanceAll(10_100, one);
  assertEquals([one.mayWrite(), one.working()], [false, false]);
  const calls = server.calls.length - before;
  assert(calls < 100, `expected fewer than 100 calls, but found ${calls}`);
  server.conflicts = 0;
  await advanceAll(16_000, one);
  assert(one.working());
  await one.end();
});

Deno.test("only one of two replicas acquires the Lease at the same moment", async () => {
  const server = leaseServer();
  const [one, two] = [replica("one", server), replica("two", server)];
  await settle();
  await advanceAll(2_000, one, two);
  assertEquals([one, two].filter((each) => each.mayWrite()).length, 1);
  await one.end();
  await two.end();
});

Deno.test("hasSuccessor returns whether a standby acquired the released Lease", async () => {
  const server = leaseServer();
  const [one, two] = [replica("one", server), replica("two", server)];
  await settle();
  await advanceAll(1_000, one, two);
  await one.stop();
  const succeeded = one.leader.hasSuccessor(700);
  await advanceAll(700, one, two);
  assertEquals([await succeeded, two.working()], [true, true]);
  await two.stop();
  const absent = two.leader.hasSuccessor(700);
  await advanceAll(800, two);
  assertEquals(await absent, false);
  await one.end();
  await two.end();
});

Deno.test("at most one of five replicas may write, also after lost connections", async () => {
  const server = leaseServer();
  const all = ["a", "b", "c", "d", "e"].map((identity) => replica(identity, server));
  await settle();
  for (let round = 0; round < 4; round++) {
    await advanceAll(20_000, ...all);
    const leaders = all.filter((one) => one.mayWrite());
    assertEquals(leaders.length, 1);
    leaders[0]?.cutOff(true);
    for (let step = 0; step < 20; step++) {
      await advanceAll(1_000, ...all);
      assert(all.filter((one) => one.mayWrite()).length <= 1);
    }
    leaders[0]?.cutOff(false);
  }
  for (const one of all) await one.end();
});

Deno.test("a replica that is stopped while it acquires the Lease releases it", async () => {
  const server = leaseServer();
  const answer = Promise.withResolvers<void>();
  const one = replica("one", server, fakeClocks(), answer.promise);
  await settle();
  assertEquals(server.get(AT)?.spec?.holderIdentity, "one");
  await one.stop();
  answer.resolve();
  await settle();
  assertEquals(server.get(AT)?.spec?.holderIdentity, "");
  await one.end();
});
