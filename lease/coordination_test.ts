// @ts-types="../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { untilAborted } from "../kube/clock.ts";
import { type Coordination, type CoordinationOptions, createCoordination } from "./coordination.ts";
import { MARKER_NAME } from "./marker_lease.ts";
import { fakeClocks, settle } from "./testing/fake_clocks.ts";
import { leaseServer } from "./testing/lease_server.ts";

const LEADER = { namespace: "team-a", name: "leader" };
const MARKER = { namespace: "team-a", name: MARKER_NAME };
const TIMES = { durationMs: 30_000, renewMs: 10_000, handoverDelayMs: 20_000 };

/**
 * Starts a namespace-scoped operator and waits until it holds its leader Lease and its marker Lease. When the operator
 * stops or loses a Lease, its last write gets no response. The API server may still execute this write for 12 s.
 *
 * @param drained delays the last write until this promise resolves, as if reconciliations were in flight
 */
async function writingOperator(drained?: Promise<void>) {
  const server = leaseServer();
  const clocks = fakeClocks();
  const stop = new AbortController();
  const informing = new AbortController();
  let stopAtCreation: string | undefined;
  const client = server.client("one");
  const coordination: Coordination = createCoordination({
    client: {
      ...client,
      create(resource, object, options) {
        if (object.metadata.name === stopAtCreation) stop.abort();
        return client.create(resource, object, options);
      },
      list: () => Promise.reject(new Error("only a cluster-wide operator lists Leases")),
    } as CoordinationOptions["client"],
    leaderLease: LEADER,
    identity: "one",
    mode: {
      scope: "namespace",
      namespace: "team-a",
      version: "1.0",
      installation: "ours",
      times: TIMES,
    },
    writeTimeoutMs: 12_000,
    clocks,
  });
  for (const { informer } of coordination.informers) informer.start(informing.signal);
  await Promise.all(coordination.informers.map(({ informer }) => informer.synced));
  let works = 0;
  const ended = coordination.run(stop.signal, async (lost) => {
    works++;
    await untilAborted(AbortSignal.any([lost, stop.signal]));
    await drained;
    coordination.gate.unanswered?.(12_000);
  });
  await clocks.advance(25_000);
  assertEquals(works, 1);
  return {
    server,
    clocks,
    gate: coordination.gate,
    stop,
    stopAtCreation: (name: string) => void (stopAtCreation = name),
    holds: () => [
      server.get(LEADER)?.spec?.holderIdentity === "one",
      server.get(MARKER)?.spec?.renewTime !== undefined,
    ],
    async end() {
      await clocks.advance(20_000);
      await ended;
      informing.abort();
    },
  };
}

Deno.test("a stop after the loss of the marker Lease releases no Lease before an unanswered write has ended", async () => {
  const { server, clocks, stop, holds, end } = await writingOperator();
  server.put(MARKER, undefined);
  await clocks.advance(1_000);
  stop.abort();
  await clocks.advance(10_900);
  assertEquals(holds(), [true, true]);
  await clocks.advance(2_000);
  assertEquals(holds(), [false, false]);
  await end();
});

Deno.test("a stop during the new acquisition of the leader Lease releases no Lease before an unanswered write has ended", async () => {
  const { server, clocks, stop, stopAtCreation, holds, end } = await writingOperator();
  stopAtCreation(LEADER.name);
  server.put(LEADER, undefined);
  await settle();
  await clocks.advance(3_000);
  assertEquals(stop.signal.aborted, true);
  assertEquals(holds(), [true, true]);
  await clocks.advance(8_900);
  assertEquals(holds(), [true, true]);
  await clocks.advance(2_000);
  assertEquals(holds(), [false, false]);
  await end();
});

Deno.test("a stop after the loss of the leader Lease releases the marker Lease only after an unanswered write has ended", async () => {
  const { server, clocks, stop, holds, end } = await writingOperator();
  server.put(MARKER, undefined);
  await clocks.advance(1_000);
  stop.abort();
  await clocks.advance(1_000);
  server.put(LEADER, undefined);
  await clocks.advance(9_900);
  assertEquals(holds(), [false, true]);
  await clocks.advance(2_000);
  assertEquals(holds(), [false, false]);
  await end();
});

Deno.test("a write that starts after a stop must end within 12 s of the stop", async () => {
  const drained = Promise.withResolvers<void>();
  const { clocks, gate, stop, end } = await writingOperator(drained.promise);
  const write = { verb: "apply", method: "PATCH", path: "/x", resource: "services" };
  assertEquals(gate.admit({ ...write, namespace: "team-a" }), 12_000);
  stop.abort();
  await clocks.advance(5_000);
  assertEquals(gate.admit({ ...write, namespace: "team-a" }), 7_000);
  drained.resolve();
  await end();
});
