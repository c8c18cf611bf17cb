/** Tests handovers with the default Lease durations: after kills, after a stop by SIGTERM, and during an upgrade. */
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

const HANDOVER_AFTER_KILL_MS = 32_000;
const HANDOVER_AFTER_STOP_MS = 2_000;
const FAIL_OVER_MS = 17_000;
const RELEASE_MS = 3_000;

Deno.test("with default durations a handover takes 2 s after a stop and 32 s after a kill", {
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
  const clusterWide = owned.use(
    await startTestOperator(cluster, { serviceAccount: "default-wide" }),
  );
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
  if (!successor || !standby) throw new Error("Cannot start the standby operators");
  const users = [clusterWide, ...operators, successor, standby].map(({ user }) => user);
  const entries = () => cluster.audit.entries(mark);

  /** Waits until another operator writes to the namespace after time `ms`. Returns that operator and the delay. */
  const nextWriter = (
    { shared, operator }: { shared: SharedNamespace; operator: TestOperator },
    ms: number,
  ) =>
    eventually(async () => {
      const next = namespaceWrites(await entries(), users, shared.namespace)
        .toSorted((a, b) => timestampMs(a.receivedAt) - timestampMs(b.receivedAt))
        .find(({ user, receivedAt }) => user !== operator.user && timestampMs(receivedAt) > ms);
      assert(next !== undefined, "another operator has not written yet");
      return { by: next.user, afterMs: timestampMs(next.receivedAt) - ms };
    });

  async function assertMarkersListed() {
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
    assert(next.afterMs < withinMs, `the handover took ${next.afterMs} ms after a kill`);
  }

  async function stop(one: typeof failing, by: TestOperator, withinMs: number) {
    const signalledMs = Date.now();
    await one.operator.stop();
    // This change makes the next operator write, so that the test can measure the handover.
    const changed = one.shared.churn.changeAndWait();
    const { managedMs, leaseMs } = lastWritesMs(await entries(), one.operator, one.shared);
    // After SIGTERM an operator finishes its current reconciliation, so the measurement starts at its last write.
    const endedMs = Math.max(managedMs, signalledMs);
    const [next] = await Promise.all([nextWriter(one, endedMs), changed]);
    const since = (ms: number) => `${Math.round(endedMs + next.afterMs - ms)} ms`;
    console.log(
      `after a stop "${next.by}" wrote ${since(signalledMs)} after SIGTERM, ${
        since(managedMs)
      } after ` +
        `the last write of a managed object, ${since(leaseMs)} after the last write of a Lease`,
    );
    assertEquals(next.by, by.user);
    if (by === clusterWide) {
      const afterMs = endedMs + next.afterMs - signalledMs;
      assert(afterMs < withinMs, `the handover took ${afterMs} ms after a stop`);
    } else {
      const taken = leaseWritesOf(await entries(), by, one.shared)
        .find(({ name, completedAt }) =>
          name === LEADER_LEASE.name && timestampMs(completedAt) > leaseMs
        );
      const afterMs = taken ? timestampMs(taken.completedAt) - leaseMs : Infinity;
      assert(
        afterMs < withinMs,
        `the next leader acquired the Lease ${afterMs} ms after the release`,
      );
    }
  }

  await assertMarkersListed();
  // A standby takes over more slowly if it has not seen a renewal of its marker Lease. So the test waits for a renewal.
  const renewedAt = await markerField(failing.shared.namespace, "renewTime");
  await eventually(async () =>
    assert(
      await markerField(failing.shared.namespace, "renewTime") !== renewedAt,
      "the operator has not renewed its marker Lease yet",
    )
  );
  await Promise.all(namespaces.map(({ churn }) => churn.changeAndWait()));
  // The test measures this handover first, because the load of the other handovers would delay it.
  await stop(stopped, clusterWide, HANDOVER_AFTER_STOP_MS);
  await Promise.all([
    stop(upgraded, successor, RELEASE_MS),
    kill(failing, standby, FAIL_OVER_MS),
    ...killed.map((one) => kill(one, clusterWide, HANDOVER_AFTER_KILL_MS)),
  ]);
  for (const { churn } of namespaces) await churn.assertConverged();

  const found = await findHandovers(cluster, mark, users, namespaces);
  console.log(describeHandovers(found));
  for (const { shared: { namespace } } of [upgraded, failing]) {
    const changes = found.filter((change) => change.namespace === namespace);
    assertEquals(
      changes.length,
      2,
      "the cluster-wide operator wrote between the two scoped operators",
    );
  }
});

function elementAt<T>(all: readonly T[], index: number): T {
  const found = all[index];
  if (found === undefined) throw new Error(`Expected at least ${index + 1} elements`);
  return found;
}

/**
 * Returns the times at which an operator last wrote to a managed object and to a Lease in its namespace, in
 * milliseconds since 1970.
 */
function lastWritesMs(
  entries: readonly AuditEntry[],
  { user }: TestOperator,
  { namespace }: SharedNamespace,
): { managedMs: number; leaseMs: number } {
  const leaseWrites = leaseWritesOf(entries, { user }, { namespace });
  const last = (writes: readonly AuditEntry[]) =>
    Math.max(...writes.map(({ completedAt }) => timestampMs(completedAt)));
  return {
    managedMs: last(namespaceWrites(entries, [user], namespace)),
    leaseMs: last(leaseWrites),
  };
}

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
