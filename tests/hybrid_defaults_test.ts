/** Hand-overs with the default times: after kills, a clean stop, and an upgrade, all at the same time. */
// @ts-types="../types/std/assert.d.ts"
import { assert, assertEquals } from "@std/assert";
import { type AuditEntry, isRead } from "../devcluster/audit_entry.ts";
import { MARKER_NAME } from "../lease/marker_lease.ts";
import { eventually } from "./support/eventually.ts";
import { namespaceWrites, timestampMs } from "./support/handovers.ts";
import {
  createSharedNamespaces,
  describeHandovers,
  findHandovers,
  type SharedNamespace,
  startScopedOperator,
} from "./support/hybrid_namespaces.ts";
import { LEADER_LEASE } from "./support/replicas.ts";
import { noCluster, sharedCluster } from "./support/shared_cluster.ts";
import { startTestOperator, type TestOperator } from "./support/test_operator.ts";

const VERSIONS = ["v1.0.0", "v1.0.1", "v1.1.0", "v2.0.0-beta", "v2.0.0", "v3.1.4"];
const PAUSE_MS = 1_000;

const BACK_AFTER_KILL_MS = 32_000;
const BACK_AFTER_STOP_MS = 2_000;
const FAIL_OVER_MS = 17_000;
const RELEASE_MS = 3_000;

Deno.test("with the default times a namespace comes back 2 s after a stop and 32 s after a kill", {
  ignore: noCluster,
}, async () => {
  await using owned = new AsyncDisposableStack();
  const cluster = await sharedCluster();
  const mark = await cluster.audit.mark();
  const namespaces = await createSharedNamespaces(owned, cluster, {
    prefix: "default",
    versions: VERSIONS,
    pauseMs: PAUSE_MS,
  });
  const wide = owned.use(await startTestOperator(cluster, { serviceAccount: "default-wide" }));
  const operators = await Promise.all(
    namespaces.map(async (shared) => owned.use(await startScopedOperator(cluster, shared))),
  );
  const assignments = namespaces.map((shared, index) => ({
    shared,
    operator: elementAt(operators, index),
  }));
  const [stopped, upgraded, failing] = [
    elementAt(assignments, 0),
    elementAt(assignments, 1),
    elementAt(assignments, 2),
  ];
  const killed = assignments.slice(3);
  const [successor, standby] = await Promise.all(
    [upgraded, failing].map(async ({ shared }) =>
      owned.use(
        await startTestOperator(cluster, {
          serviceAccount: `${shared.serviceAccount}-standby`,
          restrictedTo: shared.namespace,
          flags: ["--operator-version=v4"],
        }),
      )
    ),
  );
  if (!successor || !standby) throw new Error("Cannot do without standbys");
  const users = [wide, ...operators, successor, standby].map(({ user }) => user);
  const entries = () => cluster.audit.entries(mark);

  /** When somebody else first wrote into a place after that moment, in milliseconds since then, and who. */
  const nextWriter = (
    { shared, operator }: { shared: SharedNamespace; operator: TestOperator },
    ms: number,
  ) =>
    eventually(async () => {
      const next = namespaceWrites(await entries(), users, shared.namespace)
        .toSorted((a, b) => timestampMs(a.receivedAt) - timestampMs(b.receivedAt))
        .find(({ user, receivedAt }) => user !== operator.user && timestampMs(receivedAt) > ms);
      assert(next !== undefined, "nobody has written yet");
      return { by: next.user, afterMs: timestampMs(next.receivedAt) - ms };
    });

  async function assertSeen() {
    const all = await cluster.kubectl([
      ...["get", "lease", "-A", "--no-headers"],
      ...["--field-selector", `metadata.name=${MARKER_NAME}`],
    ]);
    const listed = all.trim().split("\n").map((line) => line.split(/\s+/).slice(0, 3).join(" "));
    const expected = namespaces.map(({ namespace, version }) =>
      `${namespace} ${MARKER_NAME} namespace-restricted-operator-${version}`
    );
    assertEquals(listed.sort(), expected.sort());
    for (const { namespace, version } of namespaces) {
      const holder = await markerField(namespace, "holderIdentity");
      assertEquals(holder, `namespace-restricted-operator-${version}`);
    }
  }

  const markerField = (namespace: string, field: string) =>
    cluster.kubectl([
      ...["get", "lease", "-n", namespace, MARKER_NAME, "-o", `jsonpath={.spec.${field}}`],
    ]);

  async function kill(one: typeof failing, by: TestOperator, withinMs: number) {
    const killedMs = Date.now();
    await one.operator.stop("SIGKILL");
    const next = await nextWriter(one, killedMs);
    console.log(`after a kill "${next.by}" wrote ${Math.round(next.afterMs)} ms later`);
    assertEquals(next.by, by.user);
    assert(next.afterMs < withinMs, `it took ${next.afterMs} ms after a kill`);
  }

  async function stop(one: typeof failing, by: TestOperator, withinMs: number) {
    const toldMs = Date.now();
    await one.operator.stop();
    // Whoever comes next finds something to write.
    const changed = one.shared.churn.changeAndWait();
    const { workedMs, leaseMs } = lastWritesMs(await entries(), one.operator, one.shared);
    // An operator that is busy when it is told ends its work first; one that is not has no other moment than that.
    const endedMs = Math.max(workedMs, toldMs);
    const [next] = await Promise.all([nextWriter(one, endedMs), changed]);
    const since = (ms: number) => `${Math.round(endedMs + next.afterMs - ms)} ms`;
    console.log(
      `after a stop "${next.by}" wrote ${since(toldMs)} after SIGTERM, ${since(workedMs)} after ` +
        `the last write but to Leases, ${since(leaseMs)} after the last one to a Lease`,
    );
    assertEquals(next.by, by.user);
    if (by === wide) {
      const afterMs = endedMs + next.afterMs - toldMs;
      assert(afterMs < withinMs, `it took ${afterMs} ms after a stop`);
    } else {
      const taken = leaseWritesOf(await entries(), by, one.shared)
        .find(({ name, completedAt }) =>
          name === LEADER_LEASE.name && timestampMs(completedAt) > leaseMs
        );
      const afterMs = taken ? timestampMs(taken.completedAt) - leaseMs : Infinity;
      assert(afterMs < withinMs, `it took ${afterMs} ms from the release to the next leader`);
    }
  }

  await assertSeen();
  // A standby that saw no renewal cannot know that the marker has not lapsed, and would wait before it writes.
  const seen = await markerField(failing.shared.namespace, "renewTime");
  await eventually(async () =>
    assert(await markerField(failing.shared.namespace, "renewTime") !== seen, "not renewed yet")
  );
  await Promise.all(namespaces.map(({ churn }) => churn.changeAndWait()));
  // By itself: what the others ask of the machine would be measured too.
  await stop(stopped, wide, BACK_AFTER_STOP_MS);
  await Promise.all([
    stop(upgraded, successor, RELEASE_MS),
    kill(failing, standby, FAIL_OVER_MS),
    ...killed.map((one) => kill(one, wide, BACK_AFTER_KILL_MS)),
  ]);
  for (const { churn } of namespaces) await churn.assertConverged();

  const found = await findHandovers(cluster, mark, users, namespaces);
  console.log(describeHandovers(found));
  for (const { shared: { namespace } } of [upgraded, failing]) {
    const changes = found.filter((change) => change.namespace === namespace);
    assertEquals(changes.length, 2, "the cluster-wide operator stepped in between");
  }
});

function elementAt<T>(all: readonly T[], index: number): T {
  const found = all[index];
  if (found === undefined) throw new Error(`Cannot do with fewer than ${index + 1}`);
  return found;
}

/** When an operator's last writes in its namespace were done: of what it manages, and to a Lease (the marker, the lead). */
function lastWritesMs(
  entries: readonly AuditEntry[],
  { user }: TestOperator,
  { namespace }: SharedNamespace,
): { workedMs: number; leaseMs: number } {
  const leaseWrites = leaseWritesOf(entries, { user }, { namespace });
  const last = (writes: readonly AuditEntry[]) =>
    Math.max(...writes.map(({ completedAt }) => timestampMs(completedAt)));
  return {
    workedMs: last(namespaceWrites(entries, [user], namespace)),
    leaseMs: last(leaseWrites),
  };
}

/** What an operator wrote to Leases of a namespace: the marker, and the lead. */
function leaseWritesOf(
  entries: readonly AuditEntry[],
  { user }: Pick<TestOperator, "user">,
  { namespace }: Pick<SharedNamespace, "namespace">,
): AuditEntry[] {
  return entries.filter((entry) =>
    entry.user === user && entry.namespace === namespace && entry.resource === "leases" &&
    entry.code < 300 && !isRead(entry)
  );
}
