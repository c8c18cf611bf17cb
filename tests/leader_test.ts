// @ts-types="../types/std/assert.d.ts"
import { assert, assertEquals, assertMatch } from "@std/assert";
import type { AuditEntry } from "../devcluster/audit_entry.ts";
import type { Cluster } from "../devcluster/cluster.ts";
import { leases } from "../kube/builtin.ts";
import type { Client } from "../kube/client.ts";
import { graphs } from "../reconcile/dynamo/resources.ts";
import { connectAdmin } from "./support/admin_client.ts";
import { createTcpProxy, type TcpProxy } from "./support/tcp_proxy.ts";
import { editGraphs } from "./support/graph_edits.ts";
import { untilIdle } from "./support/operator_state.ts";
import { eventually } from "./support/eventually.ts";
import { timestampMs } from "./support/handovers.ts";
import { frontend, graphOf } from "./support/graphs.ts";
import {
  assertNoOverlap,
  LEADER_LEASE,
  leaderLease,
  type Replicas,
  startReplicas,
  writersInOrder,
} from "./support/replicas.ts";
import { createNamespace } from "./support/namespace_client.ts";
import { noCluster, sharedCluster } from "./support/shared_cluster.ts";
import type { TestOperator } from "./support/test_operator.ts";

const LEASE_MS = 15_000;
/**
 * Pause between two edits of the test. All replicas of the operator are idle during the pause, so the test can stop a
 * process between two writes. A process that is stopped during a write does not check its Lease again when it
 * continues. So it may send this write after its Lease has expired.
 */
const INFREQUENT_EDITS = { pauseMs: 3_000 };
/** Matches the log of a replica that lost the leader Lease and became a standby again. */
const STANDBY_AGAIN = /Lost the Lease [^]*Standby: /;
const OTHER_HOLDER = "other-holder";
const AFTER_RELEASE_MS = 3_000;
const AFTER_KILL_MS = 17_000;

/**
 * Waits until the leader has written, calls `end`, and waits for a write of another replica.
 *
 * @param end makes the leader lose the leader Lease, and returns the time of this loss, in milliseconds since 1970
 * @returns milliseconds from the loss until another replica acquired the Lease, according to the audit log
 */
async function measureTakeover(
  replicas: Replicas,
  { user }: TestOperator,
  end: () => number | Promise<number>,
): Promise<number> {
  await eventually(async () => assertEquals((await replicas.writes()).at(-1)?.user, user));
  const endedMs = await end();
  const anotherOne = (write: AuditEntry) =>
    write.user !== user && timestampMs(write.receivedAt) > endedMs;
  await eventually(async () =>
    assert((await replicas.writes()).some(anotherOne), "another replica has not written yet")
  );
  const taken = (await replicas.leaseWrites()).find(anotherOne);
  assert(taken, "a replica wrote without holding the Lease");
  return timestampMs(taken.completedAt) - endedMs;
}

/** Sends a signal to the process of a replica. Returns the time just before the signal, in milliseconds since 1970. */
function signal({ pid }: TestOperator, name: Deno.Signal): number {
  const nowMs = Date.now();
  Deno.kill(pid, name);
  return nowMs;
}

/** Sends SIGSTOP to a replica between two edits (see {@link INFREQUENT_EDITS}). Returns the time of the signal. */
async function pause(operator: TestOperator): Promise<number> {
  await untilIdle(operator);
  return signal(operator, "SIGSTOP");
}

/** Sets a foreign holder in the leader Lease for 1 s. Resolves when a replica has acquired the Lease and sent a write. */
async function overwriteHolder(replicas: Replicas, client: Client) {
  await client.patch(leases, LEADER_LEASE, {
    type: "merge",
    body: { spec: { holderIdentity: OTHER_HOLDER, leaseDurationSeconds: 1 } },
  });
  await eventually(async () => {
    const { spec } = await leaderLease(client);
    assert(spec?.holderIdentity !== OTHER_HOLDER, "no replica has acquired the Lease again yet");
  });
  const takenMs = Date.now();
  await eventually(async () => {
    const last = (await replicas.writes()).at(-1);
    assert(last && timestampMs(last.receivedAt) > takenMs, "a replica has not written yet");
  });
}

/** Deletes the leader Lease. Resolves when the replica that held the Lease has created it again. */
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

async function withReplicas(
  names: string[],
  body: (replicas: Replicas, client: Client, proxies: readonly TcpProxy[]) => Promise<void>,
  edits: { pauseMs?: number } = {},
) {
  await using owned = new AsyncDisposableStack();
  const cluster = await sharedCluster();
  using admin = await connectAdmin(cluster);
  const proxies = names.map(() => owned.use(openProxy(cluster)));
  await using replicas = await startReplicas(cluster, names, (index) => addressOf(proxies[index]));
  await using _edits = await editGraphs(await createNamespace(admin.client), edits);
  await body(replicas, admin.client, proxies);
}

function openProxy(cluster: Cluster): TcpProxy {
  const { hostname, port } = new URL(cluster.server);
  const proxy = createTcpProxy({ hostname, port: Number(port) });
  proxy.forward();
  return proxy;
}

const addressOf = (proxy: TcpProxy | undefined) => proxy && `https://127.0.0.1:${proxy.port}`;

Deno.test("a standby takes over after a stop and after a kill of the leader", {
  ignore: noCluster,
}, async () => {
  await withReplicas(["three-a", "three-b", "three-c"], async (replicas, client) => {
    const first = await replicas.untilOneLeads();
    const { spec } = await leaderLease(client);
    assertMatch(spec?.renewTime ?? "", /\.\d{6}Z$/);
    const afterStopMs = await measureTakeover(replicas, first, async () => {
      assertEquals(await first.stop(), 0);
      const own = (await replicas.leaseWrites()).filter(({ user }) => user === first.user);
      return Math.max(...own.map(({ completedAt }) => timestampMs(completedAt)));
    });
    const second = await replicas.untilOneLeads(others(replicas, first));
    const afterKillMs = await measureTakeover(replicas, second, () => signal(second, "SIGKILL"));
    console.log(
      `the next replica acquired the Lease ${Math.round(afterStopMs)} ms after a release, ` +
        `${Math.round(afterKillMs)} ms after a kill`,
    );
    assert(afterStopMs < AFTER_RELEASE_MS && afterKillMs < AFTER_KILL_MS);
    assertEquals(assertNoOverlap(await replicas.writes()).length, 3);
  });
});

Deno.test("a leader that was paused past the expiry of its Lease writes nothing more", {
  ignore: noCluster,
}, async () => {
  await withReplicas(["paused-a", "paused-b"], async (replicas) => {
    const first = await replicas.untilOneLeads();
    await measureTakeover(replicas, first, () => pause(first));
    signal(first, "SIGCONT");
    // When the stopped process continues, it reads the new holder of the leader Lease and becomes a standby.
    await eventually(async () => assertMatch(await first.log(), STANDBY_AGAIN));
    const second = await replicas.untilOneLeads();
    assert(second !== first);
    assertEquals(assertNoOverlap(await replicas.writes()), [first.user, second.user]);
  }, INFREQUENT_EDITS);
});

Deno.test("of five replicas only one writes at a time, through kills, disconnections and pauses", {
  ignore: noCluster,
}, async () => {
  await withReplicas(
    ["five-a", "five-b", "five-c", "five-d", "five-e"],
    async (replicas, client, proxies) => {
      const former: TestOperator[] = [];
      const next = async () => {
        const leader = await replicas.untilOneLeads(others(replicas, ...former));
        // The caller ends the leadership of this replica as soon as the function returns. So the function first waits
        // until the replica has written.
        await eventually(async () =>
          assertEquals((await replicas.writes()).at(-1)?.user, leader.user)
        );
        former.push(leader);
        return leader;
      };
      const killed = await next();
      await measureTakeover(replicas, killed, () => signal(killed, "SIGKILL"));
      const cut = await next();
      const proxy = proxies[replicas.all.indexOf(cut)];
      await measureTakeover(replicas, cut, () => {
        proxy?.stall();
        return Date.now();
      });
      const paused = await next();
      await measureTakeover(replicas, paused, () => pause(paused));
      await next();
      await deleteLease(client);

      // The paused leader and the disconnected leader continue. Each must read the leader Lease and become a standby.
      signal(paused, "SIGCONT");
      // Closing the connections discards requests of the former leader that the proxy has not forwarded yet.
      proxy?.disconnect();
      proxy?.forward();
      for (const standby of [paused, cut]) {
        await eventually(async () => assertMatch(await standby.log(), STANDBY_AGAIN));
      }
      const order = assertNoOverlap(await replicas.writes());
      assertEquals(order, former.map(({ user }) => user));
      await overwriteHolder(replicas, client);
      // The foreign holder ends the leadership of one replica, so the leader changes at most once.
      const after = writersInOrder(await replicas.writes());
      assert(after.length <= order.length + 1, after.join());
    },
    INFREQUENT_EDITS,
  );
});

Deno.test(
  "a leader that cannot reach the API server becomes a ready standby, and later the leader again",
  {
    ignore: noCluster,
  },
  async () => {
    const cluster = await sharedCluster();
    using admin = await connectAdmin(cluster);
    await using proxy = openProxy(cluster);
    await using behindProxy = await startReplicas(cluster, ["cut-a"], () => addressOf(proxy));
    await behindProxy.untilOneLeads();
    await using beside = await startReplicas(cluster, ["cut-b"]);
    const kube = await createNamespace(admin.client);
    await using edits = await editGraphs(kube);
    await eventually(async () => assert((await behindProxy.writes()).length > 10));

    proxy.stall();
    await beside.untilOneLeads();
    // Closing the connections discards requests of the former leader that the proxy has not forwarded yet.
    proxy.close();
    await eventually(async () => assert((await beside.writes()).length > 0));
    proxy.forward();
    const [cut] = behindProxy.all;
    await eventually(async () => assertMatch(await cut?.log() ?? "", STANDBY_AGAIN));
    await eventually(async () => assertEquals((await cut?.readiness())?.status, 200));
    await edits.stop();
    const [from = "", to = ""] = [
      (await behindProxy.writes()).at(-1)?.receivedAt,
      (await beside.writes())[0]?.receivedAt,
    ];
    assert(from < to, `the former leader wrote at ${from}, the next leader from ${to} on`);

    const [healthy] = beside.all;
    await healthy?.stop();
    await behindProxy.untilOneLeads();
    await kube.apply(graphs, graphOf("after", { Frontend: frontend() }));
    await kube.untilState("after", "successful");
  },
);

Deno.test(
  "after a deletion of the Lease the leader acquires it again; after an edit the leader loses it",
  {
    ignore: noCluster,
  },
  async () => {
    await withReplicas(["edited-a", "edited-b"], async (replicas, client) => {
      const leader = await replicas.untilOneLeads();
      await eventually(async () => assert((await replicas.writes()).length > 0));
      await deleteLease(client);
      assertEquals(await replicas.untilOneLeads(), leader);
      assertEquals(assertNoOverlap(await replicas.writes()), [leader.user]);
      await overwriteHolder(replicas, client);
      assert(writersInOrder(await replicas.writes()).length <= 2);
      assertMatch(await leader.log(), /Lost the Lease .*held by \\?"other-holder/);
    });
  },
);
