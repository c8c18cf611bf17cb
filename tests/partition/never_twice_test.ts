// @ts-types="../../types/std/assert.d.ts"
import { assert, assertEquals } from "@std/assert";
import { requestKind, writesOf } from "../../devcluster/audit_entry.ts";
import { PARTITION } from "../../crds/partition_labels.ts";
import { jobs, pods } from "../../kube/builtin.ts";
import { partitionJobs } from "../../reconcile/dynamo/resources.ts";
import { eventually } from "../support/eventually.ts";
import { noCluster } from "../support/shared_cluster.ts";
import { type FakeImage, fakeImage } from "./support/fake_image.ts";
import { openTheatre, type PartitionScene } from "./support/partition_environment.ts";

const target = { tableName: "Orders", partitionValue: "t-1" };
const deleted = { outcome: "Deleted", itemsFound: 7, itemsDeleted: 7 } as const;

Deno.test("nothing makes a partition job run twice", { ignore: noCluster }, async (test) => {
  await using fake = await fakeImage();
  await using theatre = await openTheatre("never-twice", fake.image);

  await test.step("a Job that ends and is deleted while no operator runs is recorded and not repeated", async () => {
    const scene = await theatre.scene();
    await fake.go();
    {
      await using _operator = await theatre.operator();
      await scene.job("down", { ...target });
      await untilRuns(fake, scene, 1);
    }
    await fake.end("done", deleted);
    await eventually(async () => {
      const { status } = await scene.get(jobs, "down-job");
      assertEquals(status?.succeeded, 1);
    });
    await theatre.cluster.kubectl([
      ...["delete", "job", "down-job", "-n", scene.namespace, "--wait=false"],
    ]);
    assert((await scene.get(jobs, "down-job")).metadata.deletionTimestamp);

    await using operator = await theatre.operator();
    const { status } = await scene.untilPhase("down", "Succeeded");
    assertEquals([status?.itemsDeleted, status?.attempts?.length], [7, 1]);
    await scene.untilGone(jobs, "down-job");
    await stays(scene, operator.metricsUrl);
    await untilRuns(fake, scene, 1);
  });

  await test.step("a finished one gets no Job again when its Job is taken away, not by a new operator either", async () => {
    const scene = await theatre.scene();
    {
      await using operator = await theatre.operator();
      await fake.end("done", deleted);
      await scene.job("gone", { ...target, ttlSecondsAfterFinished: 0 });
      await scene.untilPhase("gone", "Succeeded");
      await scene.untilGone(jobs, "gone-job");
      await stays(scene, operator.metricsUrl);
    }
    await using operator = await theatre.operator();
    await stays(scene, operator.metricsUrl);
    await untilRuns(fake, scene, 1);
  });

  await test.step("a Job that is deleted in mid-run is made again when its pod has stopped, and its work counts", async () => {
    const scene = await theatre.scene();
    await using _operator = await theatre.operator();
    await fake.go();
    await fake.say({ phase: "Deleting", itemsFound: 100, itemsDeleted: 40, itemsInFlight: 25 });
    await scene.job("again", { ...target });
    const first = await untilRuns(fake, scene, 1);
    await scene.remove(jobs, "again-job", { propagationPolicy: "Background" });
    const both = await untilRuns(fake, scene, 2);
    assertEquals(both[0], first[0]);
    await fake.end("done", { ...deleted, itemsFound: 40, itemsDeleted: 40 });
    const { status } = await scene.untilPhase("again", "Succeeded");
    assertEquals([status?.itemsFound, status?.itemsDeleted], [100, 100]);
    assertEquals(status?.attempts?.map(({ itemsDeleted }) => itemsDeleted), [40, 40]);
  });

  await test.step("operators that are killed one after the other in between lead to one run all the same", async () => {
    const scene = await theatre.scene();
    await fake.go();
    // Nobody gives back the leader's Lease of one that was killed.
    const alone = "--leader-elect=false";
    const killedAfter = async (moment: () => Promise<unknown>) => {
      await using operator = await theatre.operator(alone);
      await moment();
      await operator.stop("SIGKILL");
    };
    await killedAfter(async () => {
      await scene.job("killed", { ...target });
      await eventually(async () => await scene.get(jobs, "killed-job"));
    });
    await killedAfter(() => untilRuns(fake, scene, 1));
    await killedAfter(() => fake.end("done", deleted));
    await using _operator = await theatre.operator(alone);
    const { status } = await scene.untilPhase("killed", "Succeeded");
    assertEquals([status?.itemsDeleted, status?.attempts?.length], [7, 1]);
    await untilRuns(fake, scene, 1);
  });

  await test.step("an operator that starts in mid-run looks at the pod and writes nothing", async () => {
    const scene = await theatre.scene();
    await fake.go();
    await fake.say({ phase: "Deleting", itemsFound: 9, itemsDeleted: 4 });
    {
      await using _operator = await theatre.operator();
      await scene.job("steady", { ...target });
      await scene.until("steady", (_, status) => assertEquals(status.itemsDeleted, 4));
    }
    const [mark, asked] = [await theatre.cluster.audit.mark(), await fake.asked()];
    await using operator = await theatre.operator();
    await eventually(async () => assert(await fake.asked() > asked));
    await stays(scene, operator.metricsUrl, ["steady-job"]);
    const entries = await theatre.cluster.audit.entries(mark);
    assertEquals(writesOf(operator.user, entries).map(requestKind), []);
    await untilRuns(fake, scene, 1);
  });

  await test.step("a pod that ended well counts although its Job was deleted before it did", async () => {
    const scene = await theatre.scene();
    await fake.go();
    {
      await using _operator = await theatre.operator();
      await scene.job("late", { ...target });
      await untilRuns(fake, scene, 1);
    }
    await scene.remove(jobs, "late-job", { propagationPolicy: "Background" });
    await fake.end("done", deleted);
    const ended = await untilEnded(scene);
    await using _operator = await theatre.operator();
    const { status } = await scene.untilPhase("late", "Succeeded");
    assertEquals(status?.attempts?.map(({ pod }) => pod), [ended]);
    await untilRuns(fake, scene, 1);
  });

  await test.step("a pod that ends well after its Job was deleted and its operator killed counts", async () => {
    const scene = await theatre.scene();
    const alone = "--leader-elect=false";
    await fake.go();
    await fake.reachLastBatch();
    {
      await using operator = await theatre.operator(alone);
      await scene.job("stopped", { ...target });
      await untilRuns(fake, scene, 1);
      await scene.until("stopped", (_, status) => assertEquals(status.phase, "Running"));
      await scene.remove(jobs, "stopped-job", { propagationPolicy: "Background" });
      await untilStopping(scene);
      await operator.stop("SIGKILL");
    }
    await fake.end("done", deleted);
    await untilEnded(scene);
    await using _operator = await theatre.operator(alone);
    const { status } = await scene.untilPhase("stopped", "Succeeded");
    assertEquals(status?.attempts?.length, 1);
    await scene.untilGone(jobs, "stopped-job");
    await untilRuns(fake, scene, 1);
  });

  await test.step("a Job that is deleted in the foreground while no operator runs waits for its pod to be recorded", async () => {
    const scene = await theatre.scene();
    await fake.go();
    await fake.reachLastBatch();
    {
      await using _operator = await theatre.operator();
      await scene.job("fore", { ...target });
      await untilRuns(fake, scene, 1);
    }
    await scene.remove(jobs, "fore-job", { propagationPolicy: "Foreground" });
    await untilStopping(scene);
    await fake.end("done", deleted);
    await untilEnded(scene);
    await using operator = await theatre.operator();
    const { status } = await scene.untilPhase("fore", "Succeeded");
    assertEquals([status?.itemsDeleted, status?.attempts?.length], [7, 1]);
    await scene.untilGone(jobs, "fore-job");
    await stays(scene, operator.metricsUrl);
    await untilRuns(fake, scene, 1);
  });

  await test.step("a pod that ends well after it was suspended and its operator killed counts", async () => {
    const scene = await theatre.scene();
    const alone = "--leader-elect=false";
    await fake.go();
    await fake.reachLastBatch();
    {
      await using operator = await theatre.operator(alone);
      await scene.job("held", { ...target });
      await untilRuns(fake, scene, 1);
      await scene.edit(partitionJobs, "held", { spec: { suspend: true } });
      await untilStopping(scene);
      await operator.stop("SIGKILL");
    }
    await fake.end("done", deleted);
    await untilEnded(scene);
    await scene.edit(partitionJobs, "held", { spec: { suspend: false } });
    await using operator = await theatre.operator(alone);
    const { status } = await scene.untilPhase("held", "Succeeded");
    assertEquals([status?.itemsDeleted, status?.attempts?.length], [7, 1]);
    await stays(scene, operator.metricsUrl, ["held-job"]);
    await untilRuns(fake, scene, 1);
  });

  await test.step("a pod that is orphaned with its Job is waited for, and counts", async () => {
    const scene = await theatre.scene();
    await fake.go();
    {
      await using _operator = await theatre.operator();
      await scene.job("orphaned", { ...target });
      await untilRuns(fake, scene, 1);
    }
    await scene.remove(jobs, "orphaned-job", { propagationPolicy: "Orphan" });
    await eventually(async () => {
      const [pod] = await scene.list(pods);
      assertEquals(pod?.metadata.ownerReferences, undefined);
    });
    await using operator = await theatre.operator();
    await stays(scene, operator.metricsUrl, ["orphaned-job"]);
    await fake.end("done", deleted);
    const { status } = await scene.untilPhase("orphaned", "Succeeded");
    assertEquals([status?.itemsDeleted, status?.attempts?.length], [7, 1]);
    await scene.untilGone(jobs, "orphaned-job");
    await eventually(async () => {
      assertEquals(
        (await scene.list(pods)).flatMap(({ metadata }) => metadata.finalizers ?? []),
        [],
      );
    });
    await untilRuns(fake, scene, 1);
  });

  await test.step("a pod that is drained while no operator runs keeps its figures", async () => {
    const scene = await theatre.scene();
    await fake.go();
    await fake.say({ phase: "Deleting", itemsFound: 100, itemsDeleted: 40 });
    let pod = "";
    {
      await using _operator = await theatre.operator();
      await scene.job("drained", { ...target });
      [{ pod } = { pod }] = await untilRuns(fake, scene, 1);
    }
    await theatre.evict(scene.namespace, pod);
    await untilRuns(fake, scene, 2);
    await fake.end("done", { ...deleted, itemsFound: 60, itemsDeleted: 60 });
    await using _operator = await theatre.operator();
    const { status } = await scene.untilPhase("drained", "Succeeded");
    assertEquals([status?.itemsFound, status?.itemsDeleted], [100, 100]);
    assertEquals(status?.attempts?.map(({ itemsDeleted }) => itemsDeleted), [40, 60]);
  });

  await test.step("a pod that ends well although it was just suspended counts, and resuming makes no other", async () => {
    const scene = await theatre.scene();
    await using operator = await theatre.operator();
    await fake.go();
    await fake.reachLastBatch();
    await scene.job("late-suspend", { ...target });
    await untilRuns(fake, scene, 1);
    await scene.edit(partitionJobs, "late-suspend", { spec: { suspend: true } });
    await untilStopping(scene);
    await fake.end("done", deleted);
    await eventually(async () => assertEquals((await scene.list(pods)).length, 0));
    await scene.edit(partitionJobs, "late-suspend", { spec: { suspend: false } });
    const { status } = await scene.untilPhase("late-suspend", "Succeeded");
    assertEquals(status?.attempts?.length, 1);
    await stays(scene, operator.metricsUrl, ["late-suspend-job"]);
    await untilRuns(fake, scene, 1);
  });
});

/** Resolves when so many pods of a namespace have begun; more than that is an error. */
async function untilRuns(fake: FakeImage, scene: PartitionScene, count: number) {
  return await eventually(async () => {
    const own = await scene.list(partitionJobs);
    const runs = (await fake.runs()).filter(({ pod }) =>
      own.some(({ metadata }) => pod.startsWith(`${metadata.name}-job-`))
    );
    if (runs.length > count) throw new Error(`${runs.length} pods have run instead of ${count}`);
    assertEquals(runs.length, count);
    return runs;
  });
}

/** Resolves when the only pod of a namespace has been told to stop. */
async function untilStopping(scene: PartitionScene): Promise<void> {
  await eventually(async () => {
    const [pod] = await scene.list(pods);
    assert(pod?.metadata.deletionTimestamp);
  });
}

/** Resolves with the name of the only pod of a namespace when it has ended well; it stays until that is recorded. */
async function untilEnded(scene: PartitionScene): Promise<string> {
  return await eventually(async () => {
    const [pod] = await scene.list(pods);
    assertEquals(pod?.status?.phase, "Succeeded");
    return pod?.metadata.name ?? "";
  });
}

/** What a watch has yet to tell, or a settling time holds back, comes to light within that time. */
const CALM_MS = 300;

/** Shows that the operator has looked and made no Job: it has nothing in line or in work, and a moment later neither. */
async function stays(scene: PartitionScene, metricsUrl: string, expected: string[] = []) {
  const isCalm = async () => {
    const text = await (await fetch(`${metricsUrl}/metrics`)).text();
    const figure = (name: string) =>
      Number(new RegExp(`^${name}\\{[^}]*ddbctldpjob[^}]*\\} (\\S+)$`, "m").exec(text)?.[1]);
    assertEquals([figure("workqueue_depth"), figure("controller_runtime_active_workers")], [0, 0]);
    assert(figure("workqueue_adds_total") > 0);
  };
  await eventually(async () => {
    await isCalm();
    await new Promise((resolve) => setTimeout(resolve, CALM_MS));
    await isCalm();
  });
  const held = (await scene.list(jobs)).filter(({ metadata }) =>
    metadata.labels?.[PARTITION.uidLabel] !== undefined
  );
  assertEquals(held.map(({ metadata }) => metadata.name), expected);
}
