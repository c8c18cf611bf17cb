// @ts-types="../types/std/assert.d.ts"
import { assert, assertEquals } from "@std/assert";
import type { AuditMark } from "../devcluster/audit.ts";
import { type AuditEntry, writesOf } from "../devcluster/audit_entry.ts";
import { namespaces } from "../kube/builtin.ts";
import type { KubeObject } from "../kube/object.ts";
import { graphs } from "../reconcile/dynamo/resources.ts";
import { connectAdmin } from "./support/admin_client.ts";
import { untilIdle } from "./support/operator_state.ts";
import { frontend, fullGraph, graphOf, MODEL, NEW_IMAGE, worker } from "./support/graphs.ts";
import {
  describeKillPoint,
  isReached,
  type KillPoint,
  WRITE_KINDS,
  writeKindOf,
} from "./support/kill_point.ts";
import { addPlannerRole } from "./support/planner_role.ts";
import { createNamespace, type NamespaceClient } from "./support/namespace_client.ts";
import { seededRandom, seedOfRun } from "./support/seeded_random.ts";
import { noCluster, sharedCluster } from "./support/shared_cluster.ts";
import { untilGarbageCollected } from "./support/garbage_collector.ts";
import { snapshotOf } from "./support/snapshot.ts";
import { startTestOperator } from "./support/test_operator.ts";
import { untilWritten } from "./support/until_written.ts";

/**
 * Number of kills while the operator creates graphs, each after a random number of writes. In addition, the test kills
 * the operator after its first write of each kind, such as a Role or the status of a graph.
 */
const RANDOM_POINTS_OF_CREATION = 3;
const POINTS_OF_CHANGE = 4;
const MAX_ATTEMPTS = 4;

const FULL = fullGraph("full");
const CREATION: readonly KubeObject[] = [
  FULL,
  graphOf("small", { Worker: worker({ modelRef: { name: MODEL } }) }),
];
/**
 * Manifests that change the graphs of {@link CREATION}. In graph `full` they remove a service, add a service, and
 * change the image of a third service. Graph `small` no longer refers to a model.
 */
const CHANGE: readonly KubeObject[] = [
  graphOf("full", {
    Frontend: frontend(),
    Worker: worker({ modelRef: { name: MODEL } }, NEW_IMAGE),
    Extra: worker({ replicas: 2 }),
  }),
  graphOf("small", { Worker: worker({ replicas: 2 }) }),
];

Deno.test("a kill at any moment of a rollout does not change the result", {
  ignore: noCluster,
}, async (t) => {
  const cluster = await sharedCluster();
  using admin = await connectAdmin(cluster);
  await addPlannerRole(admin.client);
  // Without leader election, the next operator does not wait until the leader Lease of the killed operator expires.
  const flags = ["--leader-elect=false"];
  const start = () => startTestOperator(cluster, { serviceAccount: "kill", flags });
  let operator = await start();
  let isRunning = true;
  await using cleanUp = new AsyncDisposableStack();
  cleanUp.defer(() => operator[Symbol.asyncDispose]());

  const writesSince = async (mark: AuditMark, { namespace }: NamespaceClient) =>
    rolloutWrites(namespace, writesOf(operator.user, await cluster.audit.entries(mark)));
  const applyAll = async (kube: NamespaceClient, manifests: readonly KubeObject[]) => {
    for (const manifest of manifests) await kube.apply(graphs, manifest);
  };
  const settle = async (kube: NamespaceClient) => {
    for (const name of ["full", "small"]) await kube.untilState(name, "successful");
    await untilIdle(operator);
    await untilGarbageCollected(kube);
  };
  /**
   * Applies manifests without killing the operator. Returns the resulting objects and the operator's number of writes.
   */
  const runUndisturbed = async (kube: NamespaceClient, manifests: readonly KubeObject[]) => {
    const mark = await cluster.audit.mark();
    await applyAll(kube, manifests);
    await settle(kube);
    return { snapshot: await snapshotOf(kube), writes: (await writesSince(mark, kube)).length };
  };
  /**
   * Applies manifests, kills the operator after the write that `point` describes, and starts another operator. Returns
   * whether the killed operator and the next one both wrote. On a busy machine, the kill may come after the last write.
   */
  const runWithKill = async (
    kube: NamespaceClient,
    manifests: readonly KubeObject[],
    point: KillPoint,
  ) => {
    // If a start failed, only that step fails, and not all later steps after their timeouts.
    if (!isRunning) operator = await start();
    isRunning = true;
    const mark = await cluster.audit.mark();
    const reached = untilWritten({
      path: cluster.audit.path,
      since: mark,
      user: operator.user,
      reached: (writes) => isReached(point, rolloutWrites(kube.namespace, writes)),
    });
    const kill = async () => {
      await reached;
      isRunning = false;
      await operator.stop("SIGKILL");
    };
    await Promise.all([applyAll(kube, manifests), kill()]);
    const before = (await writesSince(mark, kube)).length;
    operator = await start();
    isRunning = true;
    await settle(kube);
    const after = (await writesSince(mark, kube)).length - before;
    console.log(
      `Killed ${describeKillPoint(point)}: ${before} writes before, ${after} by the next`,
    );
    return before > 0 && after > 0;
  };
  /** Repeats a rollout with a kill until the kill interrupts the writes of the operator. */
  const untilInterrupted = async (run: () => Promise<boolean>) => {
    for (let attempt = 1; !await run(); attempt++) {
      assert(attempt < MAX_ATTEMPTS, "each kill came before the first or after the last write");
    }
  };

  const kube = await createNamespace(admin.client);
  cleanUp.defer(() => admin.client.delete(namespaces, { name: kube.namespace }));
  const creation = await runUndisturbed(kube, CREATION);
  const change = await runUndisturbed(kube, CHANGE);
  const seed = seedOfRun();
  const points = killPoints(seed, { creation: creation.writes, change: change.writes });
  console.log(
    `Seed ${seed}: undisturbed, the creation takes ${creation.writes} writes and the change ${change.writes}`,
  );

  for (const point of points.creation) {
    await t.step(
      `during a creation, ${describeKillPoint(point)}`,
      () =>
        untilInterrupted(async () => {
          const kube = await createNamespace(admin.client);
          const isInterrupted = await runWithKill(kube, CREATION, point);
          assertEquals(await snapshotOf(kube), creation.snapshot);
          await admin.client.delete(namespaces, { name: kube.namespace });
          return isInterrupted;
        }),
    );
  }
  for (const point of points.change) {
    await t.step(
      `during a change, ${describeKillPoint(point)}`,
      () =>
        untilInterrupted(async () => {
          await applyAll(kube, CREATION);
          await settle(kube);
          const isInterrupted = await runWithKill(kube, CHANGE, point);
          assertEquals(await snapshotOf(kube), change.snapshot);
          return isInterrupted;
        }),
    );
  }
});

/** Returns the writes in one namespace. Omits writes of events, because their number and times vary. */
function rolloutWrites(namespace: string, writes: readonly AuditEntry[]): AuditEntry[] {
  return writes.filter((entry) =>
    entry.namespace === namespace && writeKindOf(entry) !== undefined
  );
}

/**
 * Returns the points at which the test kills the operator. All are early enough that the next operator must write too.
 */
function killPoints(seed: number, writes: { creation: number; change: number }) {
  const random = seededRandom(seed);
  const counts = (howMany: number, ofWrites: number): KillPoint[] =>
    Array.from({ length: howMany }, () => ({ count: 2 + Math.floor(random() * ofWrites * 0.7) }));
  return {
    creation: [
      ...WRITE_KINDS.map((first) => ({ first })),
      ...counts(RANDOM_POINTS_OF_CREATION, writes.creation),
    ],
    change: counts(POINTS_OF_CHANGE, writes.change),
  };
}
