// @ts-types="../types/std/assert.d.ts"
import { assert, assertEquals } from "@std/assert";
import type { AuditMark } from "../devcluster/audit.ts";
import { type AuditEntry, writesOf } from "../devcluster/audit_entry.ts";
import { namespaces } from "../kube/builtin.ts";
import type { KubeObject } from "../kube/object.ts";
import { graphs } from "../reconcile/dynamo/resources.ts";
import { connectAdmin } from "./support/admin_client.ts";
import { untilCalm } from "./support/until_idle.ts";
import { frontend, fullGraph, graphOf, MODEL, NEW_IMAGE, worker } from "./support/graphs.ts";
import {
  describePoint,
  isReached,
  type KillPoint,
  sortOf,
  WRITE_SORTS,
} from "./support/kill_point.ts";
import { addPlannerRole } from "./support/planner_role.ts";
import { openScene, type Scene } from "./support/namespace_client.ts";
import { seededRandom, seedOfRun } from "./support/seeded_random.ts";
import { noCluster, sharedCluster } from "./support/shared_cluster.ts";
import { snapshotOf } from "./support/snapshot.ts";
import { startTestOperator } from "./support/test_operator.ts";
import { untilWritten } from "./support/until_written.ts";

/** Besides one after the first write of each sort. */
const RANDOM_POINTS_OF_CREATION = 3;
const POINTS_OF_CHANGE = 4;

const FULL = fullGraph("full");
const CREATION: readonly KubeObject[] = [
  FULL,
  graphOf("small", { Worker: worker({ modelRef: { name: MODEL } }) }),
];
/** Of the full graph a service goes, one comes, and one gets a new image; the small one serves its model no more. */
const CHANGE: readonly KubeObject[] = [
  graphOf("full", {
    Frontend: frontend(),
    Worker: worker({ modelRef: { name: MODEL } }, NEW_IMAGE),
    Extra: worker({ replicas: 2 }),
  }),
  graphOf("small", { Worker: worker({ replicas: 2 }) }),
];

Deno.test("the operator may be killed at any moment of a roll-out", {
  ignore: noCluster,
}, async (t) => {
  const cluster = await sharedCluster();
  using admin = await connectAdmin(cluster);
  await addPlannerRole(admin.client);
  // Whoever comes after one that was killed waits for its Lease to lapse; that is not what is looked at here.
  const flags = ["--leader-elect=false"];
  const start = () => startTestOperator(cluster, { account: "kill", flags });
  let operator = await start();
  await using cleanUp = new AsyncDisposableStack();
  cleanUp.defer(() => operator[Symbol.asyncDispose]());

  const writesSince = async (mark: AuditMark, { namespace }: Scene) =>
    rollOutOf(namespace, writesOf(operator.user, await cluster.audit.entries(mark)));
  const play = async (scene: Scene, manifests: readonly KubeObject[]) => {
    for (const manifest of manifests) await scene.apply(graphs, manifest);
  };
  const settle = async (scene: Scene) => {
    for (const name of ["full", "small"]) await scene.untilState(name, "successful");
    await untilCalm(operator);
  };
  /** Plays undisturbed, and tells what it leads to and how many writes it takes. */
  const rehearse = async (scene: Scene, manifests: readonly KubeObject[]) => {
    const mark = await cluster.audit.mark();
    await play(scene, manifests);
    await settle(scene);
    return { snapshot: await snapshotOf(scene), writes: (await writesSince(mark, scene)).length };
  };
  /** Plays, kills the operator at a point, starts another, and tells how far the first one was. */
  const killed = async (scene: Scene, manifests: readonly KubeObject[], point: KillPoint) => {
    const mark = await cluster.audit.mark();
    const reached = untilWritten({
      path: cluster.audit.path,
      since: mark,
      user: operator.user,
      reached: (writes) => isReached(point, rollOutOf(scene.namespace, writes)),
    });
    await Promise.all([play(scene, manifests), reached.then(() => operator.stop("SIGKILL"))]);
    const before = (await writesSince(mark, scene)).length;
    operator = await start();
    await settle(scene);
    const after = (await writesSince(mark, scene)).length - before;
    console.log(`Killed ${describePoint(point)}: ${before} writes before, ${after} by the next`);
    assert(before > 0 && after > 0, "the kill was not between the first and the last write");
  };

  const scene = await openScene(admin.client);
  cleanUp.defer(() => admin.client.delete(namespaces, { name: scene.namespace }));
  const creation = await rehearse(scene, CREATION);
  const change = await rehearse(scene, CHANGE);
  const seed = seedOfRun();
  const points = killPoints(seed, { creation: creation.writes, change: change.writes });
  console.log(
    `Seed ${seed}: undisturbed, the creation takes ${creation.writes} writes and the change ${change.writes}`,
  );

  for (const point of points.creation) {
    await t.step(`in a creation, ${describePoint(point)}`, async () => {
      const scene = await openScene(admin.client);
      await killed(scene, CREATION, point);
      assertEquals(await snapshotOf(scene), creation.snapshot);
      await admin.client.delete(namespaces, { name: scene.namespace });
    });
  }
  for (const point of points.change) {
    await t.step(`in a change, ${describePoint(point)}`, async () => {
      await play(scene, CREATION);
      await settle(scene);
      await killed(scene, CHANGE, point);
      assertEquals(await snapshotOf(scene), change.snapshot);
    });
  }
});

/** The writes in one namespace; events come in their own time and are not what a roll-out is made of. */
function rollOutOf(namespace: string, writes: readonly AuditEntry[]): AuditEntry[] {
  return writes.filter((entry) => entry.namespace === namespace && sortOf(entry) !== undefined);
}

/** Where to kill: from the second write on, and early enough for something to be left to do. */
function killPoints(seed: number, writes: { creation: number; change: number }) {
  const random = seededRandom(seed);
  const counts = (howMany: number, ofWrites: number): KillPoint[] =>
    Array.from({ length: howMany }, () => ({ count: 2 + Math.floor(random() * ofWrites * 0.7) }));
  return {
    creation: [
      ...WRITE_SORTS.map((first) => ({ first })),
      ...counts(RANDOM_POINTS_OF_CREATION, writes.creation),
    ],
    change: counts(POINTS_OF_CHANGE, writes.change),
  };
}
