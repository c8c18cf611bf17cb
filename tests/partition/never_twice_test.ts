// @ts-types="../../types/std/assert.d.ts"
import { assert, assertEquals } from "@std/assert";
import { requestKind, writesOf } from "../../devcluster/audit_entry.ts";
import { PARTITION } from "../../crds/partition_labels.ts";
import { jobs, pods } from "../../kube/builtin.ts";
import { partitionJobs } from "../../reconcile/dynamo/resources.ts";
import { eventually } from "../support/eventually.ts";
import { noCluster } from "../support/shared_cluster.ts";
import { type FakeImage, fakeImage } from "./support/fake_image.ts";
import {
  type PartitionNamespaceClient,
  startPartitionEnvironment,
} from "./support/partition_environment.ts";

const target = { tableName: "Orders", partitionValue: "t-1" };
const deleted = { outcome: "Deleted", itemsFound: 7, itemsDeleted: 7 } as const;

Deno.test("nothing makes a partition job run twice", { ignore: noCluster }, async (test) => {
  await using fake = await fakeImage();
  await using env = await startPartitionEnvironment("never-twice", fake.image);

  await test.step("a Job that ends and is deleted while no operator runs is recorded and not repeated", async () => {
    const kube = await env.createNamespace();
    await fake.go();
    {
      await using _operator = await env.startOperator();
      await kube.job("down", { ...target });
      await untilRuns(fake, kube, 1);
    }
    await fake.end("done", deleted);
    await eventually(async () => {
      const { status } = await kube.get(jobs, "down-job");
      assertEquals(status?.succeeded, 1);
    });
    await env.cluster.kubectl([
      ...["delete", "job", "down-job", "-n", kube.namespace, "--wait=false"],
    ]);
    assert((await kube.get(jobs, "down-job")).metadata.deletionTimestamp);

    await using operator = await env.startOperator();
    const { status } = await kube.untilPhase("down", "Succeeded");
    assertEquals([status?.itemsDeleted, status?.attempts?.length], [7, 1]);
    await kube.untilGone(jobs, "down-job");
    await stays(kube, operator.metricsUrl);
    await untilRuns(fake, kube, 1);
  });

  await test.step("a finished one gets no Job again when its Job is taken away, not by a new operator either", async () => {
    const kube = await env.createNamespace();
    {
      await using operator = await env.startOperator();
      await fake.end("done", deleted);
      await kube.job("gone", { ...target, ttlSecondsAfterFinished: 0 });
      await kube.untilPhase("gone", "Succeeded");
      await kube.untilGone(jobs, "gone-job");
      await stays(kube, operator.metricsUrl);
    }
    await using operator = await env.startOperator();
    await stays(kube, operator.metricsUrl);
    await untilRuns(fake, kube, 1);
  });

  await test.step("a Job that is deleted in mid-run is made again when its pod has stopped, and its work counts", async () => {
    const kube = await env.createNamespace();
    await using _operator = await env.startOperator();
    await fake.go();
    await fake.say({ phase: "Deleting", itemsFound: 100, itemsDeleted: 40, itemsInFlight: 25 });
    await kube.job("again", { ...target });
    const first = await untilRuns(fake, kube, 1);
    await kube.delete(jobs, "again-job", { propagationPolicy: "Background" });
    const both = await untilRuns(fake, kube, 2);
    assertEquals(both[0], first[0]);
    await fake.end("done", { ...deleted, itemsFound: 40, itemsDeleted: 40 });
    const { status } = await kube.untilPhase("again", "Succeeded");
    assertEquals([status?.itemsFound, status?.itemsDeleted], [100, 100]);
    assertEquals(status?.attempts?.map(({ itemsDeleted }) => itemsDeleted), [40, 40]);
  });

  await test.step("operators that are killed one after the other in between lead to one run all the same", async () => {
    const kube = await env.createNamespace();
    await fake.go();
    // Nobody gives back the leader's Lease of one that was killed.
    const alone = "--leader-elect=false";
    const killedAfter = async (moment: () => Promise<unknown>) => {
      await using operator = await env.startOperator(alone);
      await moment();
      await operator.stop("SIGKILL");
    };
    await killedAfter(async () => {
      await kube.job("killed", { ...target });
      await eventually(async () => await kube.get(jobs, "killed-job"));
    });
    await killedAfter(() => untilRuns(fake, kube, 1));
    await killedAfter(() => fake.end("done", deleted));
    await using _operator = await env.startOperator(alone);
    const { status } = await kube.untilPhase("killed", "Succeeded");
    assertEquals([status?.itemsDeleted, status?.attempts?.length], [7, 1]);
    await untilRuns(fake, kube, 1);
  });

  await test.step("an operator that starts in mid-run looks at the pod and writes nothing", async () => {
    const kube = await env.createNamespace();
    await fake.go();
    await fake.say({ phase: "Deleting", itemsFound: 9, itemsDeleted: 4 });
    {
      await using _operator = await env.startOperator();
      await kube.job("steady", { ...target });
      await kube.until("steady", (_, status) => assertEquals(status.itemsDeleted, 4));
    }
    const [mark, asked] = [await env.cluster.audit.mark(), await fake.asked()];
    await using operator = await env.startOperator();
    await eventually(async () => assert(await fake.asked() > asked));
    await stays(kube, operator.metricsUrl, ["steady-job"]);
    const entries = await env.cluster.audit.entries(mark);
    assertEquals(writesOf(operator.user, entries).map(requestKind), []);
    await untilRuns(fake, kube, 1);
  });

  await test.step("a pod that ended well counts although its Job was deleted before it did", async () => {
    const kube = await env.createNamespace();
    await fake.go();
    {
      await using _operator = await env.startOperator();
      await kube.job("late", { ...target });
      await untilRuns(fake, kube, 1);
    }
    await kube.delete(jobs, "late-job", { propagationPolicy: "Background" });
    await fake.end("done", deleted);
    const ended = await untilEnded(kube);
    await using _operator = await env.startOperator();
    const { status } = await kube.untilPhase("late", "Succeeded");
    assertEquals(status?.attempts?.map(({ pod }) => pod), [ended]);
    await untilRuns(fake, kube, 1);
  });

  await test.step("a pod that ends well after its Job was deleted and its operator killed counts", async () => {
    const kube = await env.createNamespace();
    const alone = "--leader-elect=false";
    await fake.go();
    await fake.reachLastBatch();
    {
      await using operator = await env.startOperator(alone);
      await kube.job("stopped", { ...target });
      await untilRuns(fake, kube, 1);
      await kube.until("stopped", (_, status) => assertEquals(status.phase, "Running"));
      await kube.delete(jobs, "stopped-job", { propagationPolicy: "Background" });
      await untilStopping(kube);
      await operator.stop("SIGKILL");
    }
    await fake.end("done", deleted);
    await untilEnded(kube);
    await using _operator = await env.startOperator(alone);
    const { status } = await kube.untilPhase("stopped", "Succeeded");
    assertEquals(status?.attempts?.length, 1);
    await kube.untilGone(jobs, "stopped-job");
    await untilRuns(fake, kube, 1);
  });

  await test.step("a Job that is deleted in the foreground while no operator runs waits for its pod to be recorded", async () => {
    const kube = await env.createNamespace();
    await fake.go();
    await fake.reachLastBatch();
    {
      await using _operator = await env.startOperator();
      await kube.job("fore", { ...target });
      await untilRuns(fake, kube, 1);
    }
    await kube.delete(jobs, "fore-job", { propagationPolicy: "Foreground" });
    await untilStopping(kube);
    await fake.end("done", deleted);
    await untilEnded(kube);
    await using operator = await env.startOperator();
    const { status } = await kube.untilPhase("fore", "Succeeded");
    assertEquals([status?.itemsDeleted, status?.attempts?.length], [7, 1]);
    await kube.untilGone(jobs, "fore-job");
    await stays(kube, operator.metricsUrl);
    await untilRuns(fake, kube, 1);
  });

  await test.step("a pod that ends well after it was suspended and its operator killed counts", async () => {
    const kube = await env.createNamespace();
    const alone = "--leader-elect=false";
    await fake.go();
    await fake.reachLastBatch();
    {
      await using operator = await env.startOperator(alone);
      await kube.job("held", { ...target });
      await untilRuns(fake, kube, 1);
      await kube.edit(partitionJobs, "held", { spec: { suspend: true } });
      await untilStopping(kube);
      await operator.stop("SIGKILL");
    }
    await fake.end("done", deleted);
    await untilEnded(kube);
    await kube.edit(partitionJobs, "held", { spec: { suspend: false } });
    await using operator = await env.startOperator(alone);
    const { status } = await kube.untilPhase("held", "Succeeded");
    assertEquals([status?.itemsDeleted, status?.attempts?.length], [7, 1]);
    await stays(kube, operator.metricsUrl, ["held-job"]);
    await untilRuns(fake, kube, 1);
  });

  await test.step("a pod that is orphaned with its Job is waited for, and counts", async () => {
    const kube = await env.createNamespace();
    await fake.go();
    {
      await using _operator = await env.startOperator();
      await kube.job("orphaned", { ...target });
      await untilRuns(fake, kube, 1);
    }
    await kube.delete(jobs, "orphaned-job", { propagationPolicy: "Orphan" });
    await eventually(async () => {
      const [pod] = await kube.list(pods);
      assertEquals(pod?.metadata.ownerReferences, undefined);
    });
    await using operator = await env.startOperator();
    await stays(kube, operator.metricsUrl, ["orphaned-job"]);
    await fake.end("done", deleted);
    const { status } = await kube.untilPhase("orphaned", "Succeeded");
    assertEquals([status?.itemsDeleted, status?.attempts?.length], [7, 1]);
    await kube.untilGone(jobs, "orphaned-job");
    await eventually(async () => {
      assertEquals(
        (await kube.list(pods)).flatMap(({ metadata }) => metadata.finalizers ?? []),
        [],
      );
    });
    await untilRuns(fake, kube, 1);
  });

  await test.step("a pod that is drained while no operator runs keeps its figures", async () => {
    const kube = await env.createNamespace();
    await fake.go();
    await fake.say({ phase: "Deleting", itemsFound: 100, itemsDeleted: 40 });
    let pod = "";
    {
      await using _operator = await env.startOperator();
      await kube.job("drained", { ...target });
      [{ pod } = { pod }] = await untilRuns(fake, kube, 1);
    }
    await env.evict(kube.namespace, pod);
    await untilRuns(fake, kube, 2);
    await fake.end("done", { ...deleted, itemsFound: 60, itemsDeleted: 60 });
    await using _operator = await env.startOperator();
    const { status } = await kube.untilPhase("drained", "Succeeded");
    assertEquals([status?.itemsFound, status?.itemsDeleted], [100, 100]);
    assertEquals(status?.attempts?.map(({ itemsDeleted }) => itemsDeleted), [40, 60]);
  });

  await test.step("a pod that ends well although it was just suspended counts, and resuming makes no other", async () => {
    const kube = await env.createNamespace();
    await using operator = await env.startOperator();
    await fake.go();
    await fake.reachLastBatch();
    await kube.job("late-suspend", { ...target });
    await untilRuns(fake, kube, 1);
    await kube.edit(partitionJobs, "late-suspend", { spec: { suspend: true } });
    await untilStopping(kube);
    await fake.end("done", deleted);
    await eventually(async () => assertEquals((await kube.list(pods)).length, 0));
    await kube.edit(partitionJobs, "late-suspend", { spec: { suspend: false } });
    const { status } = await kube.untilPhase("late-suspend", "Succeeded");
    assertEquals(status?.attempts?.length, 1);
    await stays(kube, operator.metricsUrl, ["late-suspend-job"]);
    await untilRuns(fake, kube, 1);
  });
});

/** Resolves when so many pods of a namespace have begun; more than that is an error. */
async function untilRuns(fake: FakeImage, kube: PartitionNamespaceClient, count: number) {
  return await eventually(async () => {
    const own = await kube.list(partitionJobs);
    const runs = (await fake.runs()).filter(({ pod }) =>
      own.some(({ metadata }) => pod.startsWith(`${metadata.name}-job-`))
    );
    if (runs.length > count) throw new Error(`${runs.length} pods have run instead of ${count}`);
    assertEquals(runs.length, count);
    return runs;
  });
}

/** Resolves when the only pod of a namespace has been told to stop. */
async function untilStopping(kube: PartitionNamespaceClient): Promise<void> {
  await eventually(async () => {
    const [pod] = await kube.list(pods);
    assert(pod?.metadata.deletionTimestamp);
  });
}

/** Resolves with the name of the only pod of a namespace when it has ended well; it stays until that is recorded. */
async function untilEnded(kube: PartitionNamespaceClient): Promise<string> {
  return await eventually(async () => {
    const [pod] = await kube.list(pods);
    assertEquals(pod?.status?.phase, "Succeeded");
    return pod?.metadata.name ?? "";
  });
}

/** What a watch has yet to tell, or a settling time holds back, comes to light within that time. */
const CALM_MS = 300;

/** Shows that the operator has looked and made no Job: it has nothing in line or in work, and a moment later neither. */
async function stays(kube: PartitionNamespaceClient, metricsUrl: string, expected: string[] = []) {
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
  const held = (await kube.list(jobs)).filter(({ metadata }) =>
    metadata.labels?.[PARTITION.uidLabel] !== undefined
  );
  assertEquals(held.map(({ metadata }) => metadata.name), expected);
}
