// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { type AuditEntry, isRead, writesOf } from "../../devcluster/audit_entry.ts";
import type { Cluster } from "../../devcluster/cluster.ts";
import { type Lease, leases } from "../../kube/builtin.ts";
import type { Client } from "../../kube/client.ts";
import { sumOfMetric } from "./metrics_text.ts";
import { eventually } from "./eventually.ts";
import { startTestOperator, type TestOperator } from "./test_operator.ts";

export const LEADER_LEASE = { namespace: "kube-system", name: "dynamo.nvidia.com" };

/** Operators that compete in a leader election, each with its own ServiceAccount to identify it in the audit log. */
export interface Replicas extends AsyncDisposable {
  readonly all: readonly TestOperator[];
  /**
   * Waits until exactly one operator of `among` reports leadership in its metrics, and returns this operator. By
   * default, `among` contains all operators.
   */
  untilOneLeads(among?: readonly TestOperator[]): Promise<TestOperator>;
  /** Returns all writes of these operators, in the order in which the API server received the writes. */
  writes(): Promise<AuditEntry[]>;
  /** Returns the successful writes of these operators to the leader Lease, in the order of their arrival. */
  leaseWrites(): Promise<AuditEntry[]>;
}

export async function startReplicas(
  cluster: Cluster,
  names: readonly string[],
  /** Returns the API server address for the operator with this index; undefined selects the address of the cluster. */
  serverOf: (index: number) => string | undefined = () => undefined,
): Promise<Replicas> {
  await using owned = new AsyncDisposableStack();
  const mark = await cluster.audit.mark();
  const all = await Promise.all(
    names.map((serviceAccount, index) => {
      const server = serverOf(index);
      return startTestOperator(cluster, { serviceAccount, ...(server && { server }) });
    }),
  );
  for (const operator of all) owned.use(operator);
  const kept = owned.move();
  return {
    all,
    untilOneLeads: (among = all) =>
      eventually(async () => {
        const leading = await Promise.all(among.map(leads));
        assertEquals(leading.filter((yes) => yes).length, 1);
        const found = among[leading.indexOf(true)];
        if (!found) throw new Error("Cannot find the leader");
        return found;
      }),
    async leaseWrites() {
      const users = new Set(all.map(({ user }) => user));
      return (await cluster.audit.entries(mark))
        .filter((entry) =>
          users.has(entry.user) && entry.name === LEADER_LEASE.name && !isRead(entry) &&
          entry.code < 300
        )
        .sort((a, b) => a.receivedAt < b.receivedAt ? -1 : 1);
    },
    async writes() {
      const entries = await cluster.audit.entries(mark);
      return all.flatMap(({ user }) => writesOf(user, entries))
        .sort((a, b) => a.receivedAt < b.receivedAt ? -1 : 1);
    },
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

async function leads({ metricsUrl }: TestOperator): Promise<boolean> {
  const response = await fetch(`${metricsUrl}/metrics`);
  return sumOfMetric(await response.text(), "leader_election_master_status") === 1;
}

/** Returns the user names of the writes in order. Merges consecutive writes of one user into one element. */
export function writersInOrder(writes: readonly AuditEntry[]): string[] {
  return writes.map(({ user }) => user).filter((user, index, all) => user !== all[index - 1]);
}

/**
 * Fails if a former leader wrote after the first write of the next leader. Returns the user names of the leaders in the
 * order of their leadership.
 */
export function assertNoOverlap(writes: readonly AuditEntry[]): string[] {
  const order = writersInOrder(writes);
  assertEquals(
    order,
    [...new Set(order)],
    "a former leader wrote after the first write of the next leader",
  );
  return order;
}

export async function leaderLease(client: Client): Promise<Lease> {
  return await client.get(leases, LEADER_LEASE);
}
