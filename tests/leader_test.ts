// @ts-types="../types/std/assert.d.ts"
import { assert, assertEquals, assertMatch } from "@std/assert";
import type { AuditEntry } from "../devcluster/audit_entry.ts";
import type { Cluster } from "../devcluster/cluster.ts";
import { leases } from "../kube/builtin.ts";
import type { Client } from "../kube/client.ts";
import { graphs } from "../reconcile/dynamo/resources.ts";
import { connectAdmin } from "./support/admin_client.ts";
import { buildDoor, type Door } from "./support/tcp_proxy.ts";
import { editGraphs } from "./support/graph_edits.ts";
import { untilCalm } from "./support/until_idle.ts";
import { eventually } from "./support/eventually.ts";
import { atMs } from "./support/handovers.ts";
import { frontend, graphOf } from "./support/graphs.ts";
import {
  assertNoOverlap,
  LEADER_LEASE,
  leaderLease,
  type Replicas,
  startReplicas,
  turns,
} from "./support/replicas.ts";
import { openScene } from "./support/namespace_client.ts";
import { noCluster, sharedCluster } from "./support/shared_cluster.ts";
import type { TestOperator } from "./support/test_operator.ts";

const LEASE_MS = 15_000;
/**
 * No client can take back what it has handed over to be sent. A process that is stopped just then, for longer than its
 * turn lasts, sends it when it goes on; so it is not stopped in the thick of writing here.
 */
const SELDOM = { pauseMs: 3_000 };
/** What a replica logs that stands by after its turn. */
const AGAIN = /Lost the Lease [^]*Waiting for /;
const USURPER = "somebody";
const AFTER_RELEASE_MS = 3_000;
const AFTER_KILL_MS = 17_000;

/**
 * Brings an end to the term of the one who leads, once it has written something; resolves when another one has written.
 *
 * @param end returns the moment from which to count
 * @returns milliseconds from then until another one had the Lease, by the audit log
 */
async function takeOver(
  replicas: Replicas,
  { user }: TestOperator,
  end: () => number | Promise<number>,
): Promise<number> {
  await eventually(async () => assertEquals((await replicas.writes()).at(-1)?.user, user));
  const endedMs = await end();
  const anotherOne = (write: AuditEntry) => write.user !== user && atMs(write.receivedAt) > endedMs;
  await eventually(async () =>
    assert((await replicas.writes()).some(anotherOne), "nobody else has written yet")
  );
  const taken = (await replicas.leaseWrites()).find(anotherOne);
  assert(taken, "somebody writes and does not lead");
  return atMs(taken.completedAt) - endedMs;
}

/** The moment at which a signal was sent. */
function signal({ pid }: TestOperator, name: Deno.Signal): number {
  const nowMs = Date.now();
  Deno.kill(pid, name);
  return nowMs;
}

/** Stops a replica between two edits, see {@link SELDOM}. */
async function pause(operator: TestOperator): Promise<number> {
  await untilCalm(operator);
  return signal(operator, "SIGSTOP");
}

/** Somebody edits the Lease to name somebody else, for a second; resolves when one of them has it again and writes. */
async function usurp(replicas: Replicas, client: Client) {
  await client.patch(leases, LEADER_LEASE, {
    type: "merge",
    body: { spec: { holderIdentity: USURPER, leaseDurationSeconds: 1 } },
  });
  await eventually(async () => {
    const { spec } = await leaderLease(client);
    assert(spec?.holderIdentity !== USURPER, "nobody has taken it back yet");
  });
  const takenMs = Date.now();
  await eventually(async () => {
    const last = (await replicas.writes()).at(-1);
    assert(last && atMs(last.receivedAt) > takenMs, "nobody has written yet");
  });
}

/** Somebody deletes the Lease; resolves when its holder has made it anew. */
async function deleteLease(client: Client) {
  const before = await leaderLease(client);
  await client.delete(leases, LEADER_LEASE);
  await eventually(async () => {
    const { metadata, spec } = await leaderLease(client);
    assert(metadata.uid !== before.metadata.uid);
    assertEquals(spec?.holderIdentity, before.spec?.holderIdentity);
  }, LEASE_MS);
}

const others = ({ all }: Replicas, ...without: TestOperator[]) =>
  all.filter((one) => !without.includes(one));

async function onStage(
  names: string[],
  play: (replicas: Replicas, client: Client, doors: readonly Door[]) => Promise<void>,
  edits: { pauseMs?: number } = {},
) {
  await using owned = new AsyncDisposableStack();
  const cluster = await sharedCluster();
  using admin = await connectAdmin(cluster);
  const doors = names.map(() => owned.use(openDoor(cluster)));
  await using replicas = await startReplicas(cluster, names, (index) => addressOf(doors[index]));
  await using _edits = await editGraphs(await openScene(admin.client), edits);
  await play(replicas, admin.client, doors);
}

/** The way to the API server of one replica alone. */
function openDoor(cluster: Cluster): Door {
  const { hostname, port } = new URL(cluster.server);
  const door = buildDoor({ hostname, port: Number(port) });
  door.open();
  return door;
}

const addressOf = (door: Door | undefined) => door && `https://127.0.0.1:${door.port}`;

Deno.test("a standby takes over from a leader that stops, and from one that is killed", {
  ignore: noCluster,
}, async () => {
  await onStage(["three-a", "three-b", "three-c"], async (replicas, client) => {
    const first = await replicas.untilOneLeads();
    const { spec } = await leaderLease(client);
    assertMatch(spec?.renewTime ?? "", /\.\d{6}Z$/);
    const afterStopMs = await takeOver(replicas, first, async () => {
      assertEquals(await first.stop(), 0);
      const own = (await replicas.leaseWrites()).filter(({ user }) => user === first.user);
      return Math.max(...own.map(({ completedAt }) => atMs(completedAt)));
    });
    const second = await replicas.untilOneLeads(others(replicas, first));
    const afterKillMs = await takeOver(replicas, second, () => signal(second, "SIGKILL"));
    console.log(
      `another one led ${Math.round(afterStopMs)} ms after a release, ` +
        `${Math.round(afterKillMs)} ms after a kill`,
    );
    assert(afterStopMs < AFTER_RELEASE_MS && afterKillMs < AFTER_KILL_MS);
    assertEquals(assertNoOverlap(await replicas.writes()).length, 3);
  });
});

Deno.test("a leader that was paused past its time writes nothing more", {
  ignore: noCluster,
}, async () => {
  await onStage(["paused-a", "paused-b"], async (replicas) => {
    const first = await replicas.untilOneLeads();
    await takeOver(replicas, first, () => pause(first));
    signal(first, "SIGCONT");
    // It is back when it knows who leads.
    await eventually(async () => assertMatch(await first.log(), AGAIN));
    const second = await replicas.untilOneLeads();
    assert(second !== first);
    assertEquals(assertNoOverlap(await replicas.writes()), [first.user, second.user]);
  }, SELDOM);
});

Deno.test("of five replicas one writes at a time, whatever becomes of it", {
  ignore: noCluster,
}, async () => {
  await onStage(
    ["five-a", "five-b", "five-c", "five-d", "five-e"],
    async (replicas, client, doors) => {
      const gone: TestOperator[] = [];
      const next = async () => {
        const leader = await replicas.untilOneLeads(others(replicas, ...gone));
        // Who leads has written soon; before that nobody could tell that it did.
        await eventually(async () =>
          assertEquals((await replicas.writes()).at(-1)?.user, leader.user)
        );
        gone.push(leader);
        return leader;
      };
      const killed = await next();
      await takeOver(replicas, killed, () => signal(killed, "SIGKILL"));
      const cut = await next();
      const door = doors[replicas.all.indexOf(cut)];
      await takeOver(replicas, cut, () => {
        door?.hush();
        return Date.now();
      });
      const paused = await next();
      await takeOver(replicas, paused, () => pause(paused));
      await next();
      await deleteLease(client);

      // All who had been cut off come back, and hear that it is another's turn.
      signal(paused, "SIGCONT");
      // A network that delivers late what was sent long ago is beyond any fence; this one forgets it.
      door?.cut();
      door?.open();
      for (const back of [paused, cut]) {
        await eventually(async () => assertMatch(await back.log(), AGAIN));
      }
      const order = assertNoOverlap(await replicas.writes());
      assertEquals(order, gone.map(({ user }) => user));
      await usurp(replicas, client);
      // Whoever it is now has had a turn before, or not: there is one more at most.
      const after = turns(await replicas.writes());
      assert(after.length <= order.length + 1, after.join());
    },
    SELDOM,
  );
});

Deno.test(
  "a leader that cannot reach the API server stands by, ready, until it is its turn again",
  {
    ignore: noCluster,
  },
  async () => {
    const cluster = await sharedCluster();
    using admin = await connectAdmin(cluster);
    await using door = openDoor(cluster);
    await using behindDoor = await startReplicas(cluster, ["cut-a"], () => addressOf(door));
    await behindDoor.untilOneLeads();
    await using beside = await startReplicas(cluster, ["cut-b"]);
    const scene = await openScene(admin.client);
    await using edits = await editGraphs(scene);
    await eventually(async () => assert((await behindDoor.writes()).length > 10));

    door.hush();
    await beside.untilOneLeads();
    // A network that delivers late what was sent long ago is beyond any fence; this one forgets it.
    door.shut();
    await eventually(async () => assert((await beside.writes()).length > 0));
    door.open();
    const [cut] = behindDoor.all;
    await eventually(async () => assertMatch(await cut?.log() ?? "", AGAIN));
    await eventually(async () => assertEquals((await cut?.readiness())?.status, 200));
    await edits.stop();
    const [from = "", to = ""] = [
      (await behindDoor.writes()).at(-1)?.receivedAt,
      (await beside.writes())[0]?.receivedAt,
    ];
    assert(from < to, `the old leader wrote at ${from}, the next one from ${to} on`);

    const [healthy] = beside.all;
    await healthy?.stop();
    await behindDoor.untilOneLeads();
    await scene.apply(graphs, graphOf("after", { Frontend: frontend() }));
    await scene.untilState("after", "successful");
  },
);

Deno.test(
  "a Lease that is deleted goes to its leader again, one that is edited is lost to it",
  {
    ignore: noCluster,
  },
  async () => {
    await onStage(["edited-a", "edited-b"], async (replicas, client) => {
      const leader = await replicas.untilOneLeads();
      await eventually(async () => assert((await replicas.writes()).length > 0));
      await deleteLease(client);
      assertEquals(await replicas.untilOneLeads(), leader);
      assertEquals(assertNoOverlap(await replicas.writes()), [leader.user]);
      await usurp(replicas, client);
      assert(turns(await replicas.writes()).length <= 2);
      assertMatch(await leader.log(), /Lost the Lease .*held by \\?"somebody/);
    });
  },
);
