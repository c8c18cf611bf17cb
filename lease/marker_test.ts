// @ts-types="../types/std/assert.d.ts"
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Lease } from "../kube/builtin.ts";
import { INSTALLATION, MARKER_NAME } from "./marker_lease.ts";
import { settle } from "./testing/fake_clocks.ts";
import { type LeaseServer, leaseServer } from "./testing/lease_server.ts";
import { markerHolder, NAMESPACE, OURS } from "./testing/marker_holder.ts";

const AT = { namespace: NAMESPACE, name: MARKER_NAME };

/** Without `installation`, the marker Lease has the format of the Go operator. */
function markedBy(holderIdentity: string, installation?: string, renewTime = "1") {
  return {
    metadata: {
      name: MARKER_NAME,
      ...(installation !== undefined && { annotations: { [INSTALLATION]: installation } }),
    },
    spec: { holderIdentity, leaseDurationSeconds: 30, renewTime },
  };
}

Deno.test("a marker Lease has the format of the Go operator, and is renewed", async () => {
  const server = leaseServer();
  const one = markerHolder(server);
  await one.lead();
  const lease = server.get(AT);
  assertEquals(lease?.spec?.holderIdentity, "namespace-restricted-operator-1.0");
  assertEquals(lease?.spec?.leaseDurationSeconds, 30);
  assertEquals(lease?.spec?.renewTime, lease?.spec?.acquireTime);
  assertEquals(lease?.metadata.annotations?.[INSTALLATION], OURS);
  await one.clocks.advance(25_000);
  // The three patches are two renewals, and one patch at the end of the handover delay.
  assertEquals(server.calls.filter(({ verb }) => verb === "patch").length, 3);
  assertEquals(server.get(AT)?.spec?.acquireTime, lease?.spec?.acquireTime);
  await one.end();
});

Deno.test("after the creation of its marker Lease, the operator waits for the handover delay", async () => {
  const server = leaseServer();
  const one = markerHolder(server);
  await one.lead();
  await one.clocks.advance(9_900);
  assertEquals([one.working(), one.mayWrite()], [false, false]);
  await one.clocks.advance(200);
  assertEquals([one.working(), one.mayWrite()], [true, true]);
  await one.end();
});

Deno.test("a clean stop renews its marker Lease once more after the last write, and a release deletes it", async () => {
  const server = leaseServer();
  const one = markerHolder(server);
  await one.lead();
  await one.clocks.advance(11_000);
  const before = server.get(AT)?.spec?.renewTime;
  await one.stop();
  assertEquals(one.working(), false);
  assert(server.get(AT)?.spec?.renewTime !== before);
  await one.marker.release();
  assertEquals(server.calls.slice(-2).map(({ verb }) => verb), ["patch", "delete"]);
  assertEquals(server.get(AT), undefined);
  await one.end();
});

Deno.test("a release does not delete a marker Lease that another replica has renewed", async () => {
  const server = leaseServer();
  const [one, two] = [markerHolder(server), markerHolder(server, { version: "2.0" })];
  await one.lead();
  await one.clocks.advance(11_000);
  await two.clocks.advance(11_000);
  await one.stop();
  await two.lead();
  assertEquals([two.working(), two.mayWrite()], [true, true], "it observed the last renewal");
  await one.marker.release();
  assert(server.get(AT));
  await two.stop();
  await two.marker.release();
  assertEquals(server.get(AT), undefined);
  await one.end();
  await two.end();
});

Deno.test("a standby that never held its marker Lease does not delete it", async () => {
  const server = leaseServer();
  const [one, standby] = [markerHolder(server), markerHolder(server)];
  await one.lead();
  await standby.stop();
  await standby.marker.release();
  assert(server.get(AT));
  await one.end();
  await standby.end();
});

Deno.test("after a loss of the leadership, a marker Lease stays for the next leader", async () => {
  const server = leaseServer();
  const one = markerHolder(server);
  await one.lead();
  await one.clocks.advance(11_000);
  await one.end("lose");
  assertEquals([one.working(), one.mayWrite()], [false, false]);
  assert(server.get(AT));
});

Deno.test("a shortened marker Lease stops the work at once, and the operator restores it", async () => {
  for (const spec of [{ renewTime: "" }, { leaseDurationSeconds: 1 }]) {
    const server = leaseServer();
    const one = markerHolder(server);
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

Deno.test("if this installation's marker Lease may have expired, the operator renews it and waits", async () => {
  const server = leaseServer();
  server.put(AT, markedBy("namespace-restricted-operator-0.9", OURS));
  const one = markerHolder(server);
  await one.lead();
  assertEquals(server.get(AT)?.spec?.holderIdentity, "namespace-restricted-operator-1.0");
  assertEquals(one.working(), false);
  await one.clocks.advance(10_000);
  assert(one.working());
  await one.end();
});

for (const installation of [undefined, "team-a/dynamo.nvidia.com/other"]) {
  Deno.test(`a marker Lease of ${installation ?? "an unknown holder"} is reported, and acquired when it expires`, async () => {
    const server = leaseServer();
    server.put(AT, markedBy("other", installation, "1"));
    const one = markerHolder(server);
    await one.lead();
    assertEquals(one.marker.foreign()?.spec?.holderIdentity, "other");
    await one.clocks.advance(20_000);
    server.put(AT, markedBy("other", installation, "2"));
    await one.clocks.advance(29_900);
    assertEquals(server.get(AT)?.spec?.holderIdentity, "other");
    await one.clocks.advance(200);
    assertEquals(server.get(AT)?.spec?.holderIdentity, "namespace-restricted-operator-1.0");
    assertEquals([one.working(), one.marker.foreign()], [false, undefined]);
    await one.clocks.advance(10_000);
    assert(one.working());
    assertEquals(one.reports, ["other", undefined]);
    await one.end();
  });
}

Deno.test("if renewals fail, the work stops before its marker Lease expires, and starts again later", async () => {
  const server = leaseServer();
  const one = markerHolder(server);
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

Deno.test("a foreign marker Lease stays valid if a user deletes it, and becomes invalid if its holder releases it", async () => {
  for (const [released, waitMs] of [[false, 29_000], [true, 200]] as const) {
    const server = leaseServer();
    const other = markedBy("other", "team-a/dynamo.nvidia.com/other");
    server.put(AT, other);
    const one = markerHolder(server);
    await one.lead();
    if (released) server.put(AT, { ...other, spec: { renewTime: "" } });
    server.put(AT, undefined);
    await one.clocks.advance(waitMs);
    assertEquals(server.get(AT) !== undefined, released);
    await one.clocks.advance(2_000);
    assert(server.get(AT));
    await one.end();
  }
});

Deno.test("each new foreign holder of a marker Lease is reported", async () => {
  const server = leaseServer();
  server.put(AT, markedBy("other", "one"));
  const one = markerHolder(server);
  await one.lead();
  server.put(AT, markedBy("another", "two", "2"));
  await one.clocks.advance(1_000);
  assertEquals(one.reports, ["other", "another"]);
  await one.end();
});

Deno.test("a marker Lease that cannot be written is reported as a problem after half a minute", async () => {
  const server = leaseServer();
  const one = markerHolder(server);
  one.cutOff(true);
  await one.lead();
  await one.clocks.advance(20_000);
  assertEquals(one.marker.problem(), undefined);
  await one.clocks.advance(20_000);
  assertStringIncludes(
    one.marker.problem() ?? "",
    `Cannot acquire a marker Lease in namespace "${NAMESPACE}": `,
  );
  one.cutOff(false);
  await one.clocks.advance(6_000);
  assertEquals(one.marker.problem(), undefined);
  await one.end();
});

Deno.test("after a loss of the leadership, a marker Lease is not reported as a problem", async () => {
  const server = leaseServer();
  const one = markerHolder(server);
  one.cutOff(true);
  await one.lead();
  await one.clocks.advance(40_000);
  assert(one.marker.problem());
  await one.end("lose");
  assertEquals(one.marker.problem(), undefined);
});

Deno.test("an admission policy that shortens a marker Lease is reported, and attempts are not a hot loop", async () => {
  const server = leaseServer();
  server.edit = ({ spec, ...lease }) => ({ ...lease, spec: { ...spec, leaseDurationSeconds: 5 } });
  const one = markerHolder(server);
  await one.lead();
  await one.clocks.advance(40_000);
  assertEquals(one.working(), false);
  assert(server.calls.length < 60, `${server.calls.length} calls`);
  assertStringIncludes(one.marker.problem() ?? "", "shortened its duration");
  await one.end();
});

Deno.test("conflicts only cause retries of marker Lease writes", async () => {
  const server = leaseServer();
  server.conflicts = 2;
  const one = markerHolder(server);
  await one.lead();
  await one.clocks.advance(10_500);
  assert(one.working());
  server.conflicts = 3;
  await one.clocks.advance(25_000);
  assertEquals([one.working(), one.mayWrite(), server.conflicts], [true, true, 0]);
  await one.end();
});

Deno.test("a marker Lease with a duration of years expires five minutes after its last renewal", async () => {
  const server = leaseServer();
  const { metadata, spec } = markedBy("other");
  server.put(AT, { metadata, spec: { ...spec, leaseDurationSeconds: 2 ** 31 - 1 } });
  const one = markerHolder(server);
  await one.lead();
  await one.clocks.advance(299_000);
  assertEquals(server.get(AT)?.spec?.holderIdentity, "other");
  await one.clocks.advance(2_000);
  assertEquals(server.get(AT)?.spec?.holderIdentity, "namespace-restricted-operator-1.0");
  assertEquals(server.get(AT)?.spec?.leaseDurationSeconds, 30);
  await one.end();
});

Deno.test("a deletion or an edit of a marker Lease stops its holder at once", async () => {
  const server = leaseServer();
  const one = markerHolder(server);
  await one.lead();
  await one.clocks.advance(11_000);
  server.put(AT, undefined);
  await settle();
  assertEquals([one.working(), one.mayWrite()], [false, false]);
  assert(server.get(AT), "the operator creates it again");
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

Deno.test("setting a clock neither extends nor ends a marker Lease", async () => {
  const server = leaseServer();
  server.put(AT, markedBy("other", "another"));
  const one = markerHolder(server);
  await one.lead();
  one.clocks.setWall(24 * 3_600_000);
  await one.clocks.advance(29_000);
  assertEquals(server.get(AT)?.spec?.holderIdentity, "other");
  one.clocks.setWall(-48 * 3_600_000);
  await one.clocks.advance(12_000);
  assert(one.working());
  await one.end();
});

Deno.test("a leader that is stopped before it acquires its marker Lease releases the Lease of its predecessor", async () => {
  const server = leaseServer();
  const [one, two] = [markerHolder(server), markerHolder(server)];
  await one.lead();
  await one.clocks.advance(11_000);
  await one.stop();
  assert(server.get(AT)?.spec?.renewTime !== undefined);
  await two.stop();
  await two.lead();
  assertEquals(two.working(), false);
  await two.marker.release();
  assertEquals(server.get(AT), undefined);
  await one.end();
  await two.end();
});

/** Replaces the holder of the marker Lease. Keeps its annotations, as the Go operator does. */
function overwriteHolder(
  server: LeaseServer,
  version: string,
  managedFields: NonNullable<Lease["metadata"]["managedFields"]>,
) {
  const spec = { holderIdentity: `namespace-restricted-operator-${version}`, renewTime: "2" };
  const metadata = { ...AT, ...server.get(AT)?.metadata, managedFields };
  server.put(AT, { metadata, spec });
}

Deno.test("a Lease that an older version of this installation renewed without the holder annotation is not foreign", async () => {
  const server = leaseServer();
  const one = markerHolder(server);
  await one.lead();
  await one.clocks.advance(11_000);
  overwriteHolder(server, "0.9", [
    { manager: "dynamo-operator", fieldsV1: { "f:spec": { "f:holderIdentity": {} } } },
  ]);
  await settle();
  assertEquals([one.mayWrite(), one.working(), one.reports], [true, true, []]);
  await one.end();
});

Deno.test("a Go operator that overwrites the marker Lease's holder excludes this operator", async () => {
  const server = leaseServer();
  const one = markerHolder(server);
  await one.lead();
  await one.clocks.advance(11_000);
  assert(one.mayWrite());
  overwriteHolder(server, "0.8.1", [
    { manager: "dynamo-operator", fieldsV1: { "f:spec": { "f:acquireTime": {} } } },
    { manager: "manager", fieldsV1: { "f:spec": { "f:holderIdentity": {}, "f:renewTime": {} } } },
  ]);
  await settle();
  assertEquals([one.mayWrite(), one.working()], [false, false]);
  assertEquals(one.reports, ["namespace-restricted-operator-0.8.1"]);
  await one.clocks.advance(29_000);
  assertEquals(one.mayWrite(), false);
  await one.clocks.advance(15_000);
  assert(one.mayWrite(), "the Go operator did not renew the Lease");
  await one.end();
});
