// @ts-types="../types/std/assert.d.ts"
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { INSTALLATION, MARKER_NAME } from "./marker_lease.ts";
import { settle } from "./testing/fake_clocks.ts";
import { leaseServer } from "./testing/lease_server.ts";
import { leader, NAMESPACE, OURS } from "./testing/marker_holder.ts";

const AT = { namespace: NAMESPACE, name: MARKER_NAME };

function markedBy(holderIdentity: string, installation?: string, renewTime = "1") {
  return {
    metadata: {
      name: MARKER_NAME,
      ...(installation !== undefined && { annotations: { [INSTALLATION]: installation } }),
    },
    spec: { holderIdentity, leaseDurationSeconds: 30, renewTime },
  };
}

Deno.test("the marker reads as upstream's does, and is renewed from its creation on", async () => {
  const server = leaseServer();
  const one = leader(server);
  await one.lead();
  const lease = server.get(AT);
  assertEquals(lease?.spec?.holderIdentity, "namespace-restricted-operator-1.0");
  assertEquals(lease?.spec?.leaseDurationSeconds, 30);
  assertEquals(lease?.spec?.renewTime, lease?.spec?.acquireTime);
  assertEquals(lease?.metadata.annotations?.[INSTALLATION], OURS);
  await one.clocks.advance(25_000);
  // One of them says, in between, that it writes now.
  assertEquals(server.calls.filter(({ verb }) => verb === "patch").length, 3);
  assertEquals(server.get(AT)?.spec?.acquireTime, lease?.spec?.acquireTime);
  await one.end();
});

Deno.test("after a marker that was absent nothing is written for the hand-over delay", async () => {
  const server = leaseServer();
  const one = leader(server);
  await one.lead();
  await one.clocks.advance(9_900);
  assertEquals([one.working(), one.mayWrite()], [false, false]);
  await one.clocks.advance(200);
  assertEquals([one.working(), one.mayWrite()], [true, true]);
  await one.end();
});

Deno.test("after the last write of a clean stop the marker is renewed once more, and deleted when it is given back", async () => {
  const server = leaseServer();
  const one = leader(server);
  await one.lead();
  await one.clocks.advance(11_000);
  const before = server.get(AT)?.spec?.renewTime;
  await one.stop();
  assertEquals(one.working(), false);
  assert(server.get(AT)?.spec?.renewTime !== before);
  await one.marker.giveBack();
  assertEquals(server.calls.slice(-2).map(({ verb }) => verb), ["patch", "delete"]);
  assertEquals(server.get(AT), undefined);
  await one.end();
});

Deno.test("a marker that another replica has renewed is its own to give back", async () => {
  const server = leaseServer();
  const [one, two] = [leader(server), leader(server, { version: "2.0" })];
  await one.lead();
  await one.clocks.advance(11_000);
  await two.clocks.advance(11_000);
  await one.stop();
  await two.lead();
  assertEquals([two.working(), two.mayWrite()], [true, true], "it saw the last renewal");
  await one.marker.giveBack();
  assert(server.get(AT));
  await two.stop();
  await two.marker.giveBack();
  assertEquals(server.get(AT), undefined);
  await one.end();
  await two.end();
});

Deno.test("who never held the marker gives nothing back", async () => {
  const server = leaseServer();
  const [one, standby] = [leader(server), leader(server)];
  await one.lead();
  await standby.stop();
  await standby.marker.giveBack();
  assert(server.get(AT));
  await one.end();
  await standby.end();
});

Deno.test("who loses the leadership leaves the marker to the next leader", async () => {
  const server = leaseServer();
  const one = leader(server);
  await one.lead();
  await one.clocks.advance(11_000);
  await one.end("lose");
  assertEquals([one.working(), one.mayWrite()], [false, false]);
  assert(server.get(AT));
});

Deno.test("a marker that somebody made count for less stops the work at once, and is put right", async () => {
  for (const spec of [{ renewTime: "" }, { leaseDurationSeconds: 1 }]) {
    const server = leaseServer();
    const one = leader(server);
    await one.lead();
    await one.clocks.advance(11_000);
    server.put(AT, { spec });
    await settle();
    assertEquals([one.working(), one.mayWrite()], [false, false]);
    assertEquals(server.get(AT)?.spec?.leaseDurationSeconds, 30);
    await one.clocks.advance(9_900);
    assertEquals(one.working(), false);
    await one.clocks.advance(200);
    assertEquals([one.working(), one.mayWrite()], [true, true]);
    await one.end();
  }
});

Deno.test("a marker of ours that may have lapsed is renewed at once, and waited for", async () => {
  const server = leaseServer();
  server.put(AT, markedBy("namespace-restricted-operator-0.9", OURS));
  const one = leader(server);
  await one.lead();
  assertEquals(server.get(AT)?.spec?.holderIdentity, "namespace-restricted-operator-1.0");
  assertEquals(one.working(), false);
  await one.clocks.advance(10_000);
  assert(one.working());
  await one.end();
});

for (const installation of [undefined, "team-a/dynamo.nvidia.com/other"]) {
  Deno.test(`a live marker of ${installation ?? "nobody known"} is reported, and taken when it has lapsed`, async () => {
    const server = leaseServer();
    server.put(AT, markedBy("somebody", installation, "1"));
    const one = leader(server);
    await one.lead();
    assertEquals(one.marker.foreign()?.spec?.holderIdentity, "somebody");
    await one.clocks.advance(20_000);
    server.put(AT, markedBy("somebody", installation, "2"));
    await one.clocks.advance(29_900);
    assertEquals(server.get(AT)?.spec?.holderIdentity, "somebody");
    await one.clocks.advance(200);
    assertEquals(server.get(AT)?.spec?.holderIdentity, "namespace-restricted-operator-1.0");
    assertEquals([one.working(), one.marker.foreign()], [false, undefined]);
    await one.clocks.advance(10_000);
    assert(one.working());
    assertEquals(one.reports, ["somebody", undefined]);
    await one.end();
  });
}

Deno.test("whose renewals fail stops before the marker lapses, and goes on when they work again", async () => {
  const server = leaseServer();
  const one = leader(server);
  await one.lead();
  await one.clocks.advance(10_100);
  assert(one.working());
  one.cutOff(true);
  await one.clocks.advance(19_800);
  assert(one.mayWrite() && one.working());
  await one.clocks.advance(200);
  assertEquals([one.mayWrite(), one.working()], [false, false]);
  await one.clocks.advance(30_000);
  one.cutOff(false);
  await one.clocks.advance(6_000);
  assertEquals(one.working(), false);
  await one.clocks.advance(10_000);
  assert(one.working());
  await one.end();
});

Deno.test("a foreign marker that is deleted by hand is waited for, one that is given back is not", async () => {
  for (const [given, waitMs] of [[false, 29_000], [true, 200]] as const) {
    const server = leaseServer();
    const other = markedBy("somebody", "team-a/dynamo.nvidia.com/other");
    server.put(AT, other);
    const one = leader(server);
    await one.lead();
    if (given) server.put(AT, { ...other, spec: { renewTime: "" } });
    server.put(AT, undefined);
    await one.clocks.advance(waitMs);
    assertEquals(server.get(AT) !== undefined, given);
    await one.clocks.advance(2_000);
    assert(server.get(AT));
    await one.end();
  }
});

Deno.test("each holder of a marker that passes between others is reported", async () => {
  const server = leaseServer();
  server.put(AT, markedBy("somebody", "one"));
  const one = leader(server);
  await one.lead();
  server.put(AT, markedBy("another", "two", "2"));
  await one.clocks.advance(1_000);
  assertEquals(one.reports, ["somebody", "another"]);
  await one.end();
});

Deno.test("a marker that cannot be written is a problem when that goes on", async () => {
  const server = leaseServer();
  const one = leader(server);
  one.cutOff(true);
  await one.lead();
  await one.clocks.advance(20_000);
  assertEquals(one.marker.problem(), undefined);
  await one.clocks.advance(20_000);
  assertStringIncludes(
    one.marker.problem() ?? "",
    `The namespace "${NAMESPACE}" cannot be marked: `,
  );
  one.cutOff(false);
  await one.clocks.advance(6_000);
  assertEquals(one.marker.problem(), undefined);
  await one.end();
});

Deno.test("who loses the leadership has no trouble with the marker any more", async () => {
  const server = leaseServer();
  const one = leader(server);
  one.cutOff(true);
  await one.lead();
  await one.clocks.advance(40_000);
  assert(one.marker.problem());
  await one.end("lose");
  assertEquals(one.marker.problem(), undefined);
});

Deno.test("a policy that makes every marker count for less is a failure, tried again at a pace", async () => {
  const server = leaseServer();
  server.edit = ({ spec, ...lease }) => ({ ...lease, spec: { ...spec, leaseDurationSeconds: 5 } });
  const one = leader(server);
  await one.lead();
  await one.clocks.advance(40_000);
  assertEquals(one.working(), false);
  assert(server.calls.length < 60, `${server.calls.length} calls`);
  assertStringIncludes(one.marker.problem() ?? "", "count for less");
  await one.end();
});

Deno.test("conflicts cost the marker no more than another try each", async () => {
  const server = leaseServer();
  server.conflicts = 2;
  const one = leader(server);
  await one.lead();
  await one.clocks.advance(10_500);
  assert(one.working());
  server.conflicts = 3;
  await one.clocks.advance(25_000);
  assertEquals([one.working(), one.mayWrite(), server.conflicts], [true, true, 0]);
  await one.end();
});

Deno.test("a marker that says it counts for years is taken five minutes after its last renewal", async () => {
  const server = leaseServer();
  const { metadata, spec } = markedBy("somebody");
  server.put(AT, { metadata, spec: { ...spec, leaseDurationSeconds: 2 ** 31 - 1 } });
  const one = leader(server);
  await one.lead();
  await one.clocks.advance(299_000);
  assertEquals(server.get(AT)?.spec?.holderIdentity, "somebody");
  await one.clocks.advance(2_000);
  assertEquals(server.get(AT)?.spec?.holderIdentity, "namespace-restricted-operator-1.0");
  assertEquals(server.get(AT)?.spec?.leaseDurationSeconds, 30);
  await one.end();
});

Deno.test("a marker that is deleted or taken by hand stops the work at once", async () => {
  const server = leaseServer();
  const one = leader(server);
  await one.lead();
  await one.clocks.advance(11_000);
  server.put(AT, undefined);
  await settle();
  assertEquals([one.working(), one.mayWrite()], [false, false]);
  assert(server.get(AT), "it is made anew");
  await one.clocks.advance(10_000);
  assert(one.working());
  server.put(AT, {
    ...markedBy("me", "mine", "9"),
    metadata: { name: MARKER_NAME, annotations: {} },
  });
  await settle();
  assertEquals([one.working(), one.mayWrite()], [false, false]);
  assertEquals(one.reports, ["me"]);
  await one.end();
});

Deno.test("a clock that is set does not keep a marker alive, nor end it", async () => {
  const server = leaseServer();
  server.put(AT, markedBy("somebody", "another"));
  const one = leader(server);
  await one.lead();
  one.clocks.setWall(24 * 3_600_000);
  await one.clocks.advance(29_000);
  assertEquals(server.get(AT)?.spec?.holderIdentity, "somebody");
  one.clocks.setWall(-48 * 3_600_000);
  await one.clocks.advance(12_000);
  assert(one.working());
  await one.end();
});
