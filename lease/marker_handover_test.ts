// @ts-types="../types/std/assert.d.ts"
import { assert, assertEquals } from "@std/assert";
import { ACTING, MARKER_NAME } from "./marker_lease.ts";
import { leaseServer } from "./testing/lease_server.ts";
import { leader, NAMESPACE } from "./testing/marker_holder.ts";

const AT = { namespace: NAMESPACE, name: MARKER_NAME };

Deno.test("another replica or version of the installation goes on at once", async () => {
  const server = leaseServer();
  const [one, two] = [leader(server), leader(server, { version: "2.0" })];
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

/** One that writes and dies, and another that has stood by all the time. */
async function deadLeader() {
  const server = leaseServer();
  const [one, two] = [leader(server), leader(server, { version: "2.0" })];
  await one.lead();
  await one.clocks.advance(11_000);
  await two.clocks.advance(11_000);
  return { server, one, two };
}

/** Takes over, and must wait for whoever may be writing. */
async function assertWaits(two: ReturnType<typeof leader>) {
  await two.lead();
  assertEquals([two.working(), two.mayWrite()], [false, false]);
  await two.clocks.advance(9_900);
  assertEquals(two.working(), false);
  await two.clocks.advance(200);
  assertEquals([two.working(), two.mayWrite()], [true, true]);
  await two.end();
}

Deno.test("news of a renewal that comes late proves nothing", async () => {
  const { one, two } = await deadLeader();
  const late = Promise.withResolvers<void>();
  two.holdWatch(late.promise);
  two.cutOff(true);
  await one.clocks.advance(10_000);
  await one.end("lose");
  await two.clocks.advance(50_000);
  two.cutOff(false);
  late.resolve();
  await two.clocks.advance(15_000);
  await assertWaits(two);
});

Deno.test("a standby that stood still as its machine did cannot know what happened meanwhile", async () => {
  const { one, two } = await deadLeader();
  await one.end("lose");
  two.clocks.setWall(60_000);
  await two.clocks.advance(15_000);
  await assertWaits(two);
});

Deno.test("a holder says at once that it writes, whoever changes the marker in that moment", async () => {
  const server = leaseServer();
  const one = leader(server);
  await one.lead();
  await one.clocks.advance(9_900);
  server.conflicts = 2;
  await one.clocks.advance(200);
  assertEquals(server.get(AT)?.metadata.annotations?.[ACTING], "true");
  await one.end();
});

Deno.test("who takes over from one that was still waiting waits too", async () => {
  const server = leaseServer();
  const [one, two] = [leader(server), leader(server, { version: "2.0" })];
  await one.lead();
  await two.clocks.advance(5_000);
  await one.clocks.advance(5_000);
  await one.stop();
  assert(server.get(AT)?.metadata.annotations?.[ACTING] !== "true");
  await assertWaits(two);
  await one.end();
});
