// @ts-types="../types/std/assert.d.ts"
import { assert, assertEquals } from "@std/assert";
import { MARKER_NAME, WRITING } from "./marker_lease.ts";
import { leaseServer } from "./testing/lease_server.ts";
import { type MarkerHolder, markerHolder, NAMESPACE } from "./testing/marker_holder.ts";

const AT = { namespace: NAMESPACE, name: MARKER_NAME };

Deno.test("another replica or version of the installation writes at once", async () => {
  const server = leaseServer();
  const [one, two] = [markerHolder(server), markerHolder(server, { version: "2.0" })];
  await one.lead();
  await one.clocks.advance(11_000);
  await two.clocks.advance(11_000);
  await one.end("lose");
  await two.clocks.advance(15_000);
  await two.lead();
  assertEquals([two.working(), two.mayWrite()], [true, true]);
  assertEquals(server.get(AT)?.spec?.holderIdentity, "namespace-restricted-operator-2.0");
  await two.end();
});

async function leaderAndStandby() {
  const server = leaseServer();
  const [one, two] = [markerHolder(server), markerHolder(server, { version: "2.0" })];
  await one.lead();
  await one.clocks.advance(11_000);
  await two.clocks.advance(11_000);
  return { server, one, two };
}

async function assertWaits(two: MarkerHolder) {
  await two.lead();
  assertEquals([two.working(), two.mayWrite()], [false, false]);
  await two.clocks.advance(9_900);
  assertEquals(two.working(), false);
  await two.clocks.advance(200);
  assertEquals([two.working(), two.mayWrite()], [true, true]);
  await two.end();
}

Deno.test("a standby that receives an event late waits for the handover delay", async () => {
  const { one, two } = await leaderAndStandby();
  const late = Promise.withResolvers<void>();
  two.delayEvents(late.promise);
  two.cutOff(true);
  await one.clocks.advance(10_000);
  await one.end("lose");
  await two.clocks.advance(50_000);
  two.cutOff(false);
  late.resolve();
  await two.clocks.advance(15_000);
  await assertWaits(two);
});

Deno.test("a standby on a machine that was suspended waits for the handover delay", async () => {
  const { one, two } = await leaderAndStandby();
  await one.end("lose");
  two.clocks.setWall(60_000);
  await two.clocks.advance(15_000);
  await assertWaits(two);
});

Deno.test("the holder sets the writing annotation when its writes start, despite conflicts", async () => {
  const server = leaseServer();
  const one = markerHolder(server);
  await one.lead();
  await one.clocks.advance(9_900);
  server.conflicts = 2;
  await one.clocks.advance(200);
  assertEquals(server.get(AT)?.metadata.annotations?.[WRITING], "true");
  await one.end();
});

Deno.test("a standby that replaces a holder during its handover delay waits for the whole delay", async () => {
  const server = leaseServer();
  const [one, two] = [markerHolder(server), markerHolder(server, { version: "2.0" })];
  await one.lead();
  await two.clocks.advance(5_000);
  await one.clocks.advance(5_000);
  await one.stop();
  assert(server.get(AT)?.metadata.annotations?.[WRITING] !== "true");
  await assertWaits(two);
  await one.end();
});
