// @ts-types="../types/std/assert.d.ts"
import { assert, assertEquals, assertMatch } from "@std/assert";
import { leases } from "../kube/builtin.ts";
import type { Client } from "../kube/client.ts";
import { graphs } from "../reconcile/kinds.ts";
import { connectAdmin } from "./support/admin_client.ts";
import { buildDoor } from "./support/door.ts";
import { editGraphs } from "./support/user_edits.ts";
import { eventually } from "./support/eventually.ts";
import { frontend, graphOf } from "./support/graphs.ts";
import {
  assertNoOverlap,
  LEADER_LEASE,
  leaderLease,
  type Replicas,
  startReplicas,
} from "./support/replicas.ts";
import { openScene } from "./support/scene.ts";
import { noCluster, sharedCluster } from "./support/shared_cluster.ts";
import type { TestOperator } from "./support/test_operator.ts";

const LEASE_MS = 15_000;

/** Milliseconds until another operator than this has written. */
async function takeOver(replicas: Replicas, from: TestOperator): Promise<number> {
  const startedMs = performance.now();
  await eventually(async () => {
    const last = (await replicas.writes()).at(-1);
    assert(last && last.user !== from.user, "nobody else has written yet");
  });
  return performance.now() - startedMs;
}

const others = ({ all }: Replicas, ...without: TestOperator[]) =>
  all.filter((one) => !without.includes(one));

async function onStage(
  names: string[],
  play: (replicas: Replicas, client: Client) => Promise<void>,
) {
  const cluster = await sharedCluster();
  using admin = await connectAdmin(cluster);
  await using replicas = await startReplicas(cluster, names);
  await using _edits = await editGraphs(await openScene(admin.client));
  await play(replicas, admin.client);
}

Deno.test("a standby takes over from a leader that stops, and from one that is killed", {
  ignore: noCluster,
}, async () => {
  await onStage(["three-a", "three-b", "three-c"], async (replicas, client) => {
    const first = await replicas.untilOneLeads();
    const { spec } = await leaderLease(client);
    assertMatch(spec?.renewTime ?? "", /\.\d{6}Z$/);
    const stopping = first.stop();
    const afterStopMs = await takeOver(replicas, first);
    assertEquals(await stopping, 0);
    assert(afterStopMs < 3_000, `it took ${afterStopMs} ms after a stop`);

    const second = await replicas.untilOneLeads(others(replicas, first));
    await second.stop("SIGKILL");
    const afterKillMs = await takeOver(replicas, second);
    assert(afterKillMs < 17_000, `it took ${afterKillMs} ms after a kill`);
    assertEquals(assertNoOverlap(await replicas.writes()).length, 3);
  });
});

Deno.test("a leader that was paused past its time writes nothing more", {
  ignore: noCluster,
}, async () => {
  await onStage(["paused-a", "paused-b"], async (replicas) => {
    const first = await replicas.untilOneLeads();
    await eventually(async () => assert((await replicas.writes()).length > 20));
    Deno.kill(first.pid, "SIGSTOP");
    await takeOver(replicas, first);
    Deno.kill(first.pid, "SIGCONT");
    // It is back when it knows who leads.
    await eventually(async () => assertMatch(await first.log(), /Waiting for /));
    const second = await replicas.untilOneLeads();
    assert(second !== first);
    assertEquals(assertNoOverlap(await replicas.writes()), [first.user, second.user]);
  });
});

Deno.test("of five replicas one writes at a time, whatever becomes of it", {
  ignore: noCluster,
}, async () => {
  await onStage(["five-a", "five-b", "five-c", "five-d", "five-e"], async (replicas, client) => {
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
    await killed.stop("SIGKILL");
    await takeOver(replicas, killed);

    const paused = await next();
    Deno.kill(paused.pid, "SIGSTOP");
    await takeOver(replicas, paused);
    Deno.kill(paused.pid, "SIGCONT");

    const edited = await next();
    await client.patch(leases, LEADER_LEASE, {
      type: "merge",
      body: { spec: { holderIdentity: "somebody", leaseDurationSeconds: 1 } },
    });
    await takeOver(replicas, edited);
    assertEquals(assertNoOverlap(await replicas.writes()).length, 4);
  });
});

Deno.test(
  "a leader that cannot reach the API server stands by, ready, until it is its turn again",
  {
    ignore: noCluster,
  },
  async () => {
    const cluster = await sharedCluster();
    using admin = await connectAdmin(cluster);
    const { hostname, port } = new URL(cluster.server);
    await using door = buildDoor({ hostname, port: Number(port) });
    door.open();
    const server = `https://127.0.0.1:${door.port}`;
    await using behindDoor = await startReplicas(cluster, ["cut-a"], { server });
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
    await eventually(async () => assertMatch(await cut?.log() ?? "", /Waiting for /));
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

Deno.test("a leader Lease that is deleted by hand is taken again by its leader", {
  ignore: noCluster,
}, async () => {
  await onStage(["deleted-a", "deleted-b"], async (replicas, client) => {
    const leader = await replicas.untilOneLeads();
    const before = await leaderLease(client);
    await client.delete(leases, LEADER_LEASE);
    await eventually(async () => {
      const { metadata, spec } = await leaderLease(client);
      assert(metadata.uid !== before.metadata.uid);
      assertEquals(spec?.holderIdentity, before.spec?.holderIdentity);
    }, LEASE_MS);
    assertEquals(await replicas.untilOneLeads(), leader);
    assertEquals(assertNoOverlap(await replicas.writes()), [leader.user]);
  });
});
