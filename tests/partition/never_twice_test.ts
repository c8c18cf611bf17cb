// @ts-types="../../types/std/assert.d.ts"
import { assert, assertEquals } from "@std/assert";
import { requestKind, writesOf } from "../../devcluster/audit_entry.ts";
import { PARTITION } from "../../crds/labels.ts";
import { jobs, pods } from "../../kube/builtin.ts";
import { partitionJobs } from "../../reconcile/dynamo/resources.ts";
import { eventually } from "../support/eventually.ts";
import { noCluster } from "../support/shared_cluster.ts";
import { type FakeImage, fakeImage } from "./support/fake_image.ts";
import {
  type PartitionNamespaceClient,
  startPartitionEnvironment,
} from "./support/partition_environment.ts";

const TARGET = { tableName: "Orders", partitionValue: "t-1" };
const DELETED = { outcome: "Deleted", itemsFound: 7, itemsDeleted: 7 } as const;

Deno.test("a partition job never runs twice", { ignore: noCluster }, async (test) => {
  await using fake = await fakeImage();
  await using env = await startPartitionEnvironment("never-twice", fake.image);

  await test.step("the operator records a Job that completed and was deleted while the operator was down, and does not repeat it", async () => {
    const kube = await env.createNamespace();
    await fake.run();
    {
      await using _operator = await env.startOperator();
      await kube.job("down", { ...TARGET });
      await untilRuns(fake, kube, 1);
    }
    await fake.end("done", DELETED);
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
    await assertJobsStay(kube, operator.metricsUrl);
    await untilRuns(fake, kube, 1);
  });

  await test.step("the deleted Job of a finished partition job is not recreated, even after a restart of the operator", async () => {
    const kube = await env.createNamespace();
    {
      await using operator = await env.startOperator();
      await fake.end("done", DELETED);
      await kube.job("finished", { ...TARGET, ttlSecondsAfterFinished: 0 });
      await kube.untilPhase("finished", "Succeeded");
      await kube.untilGone(jobs, "finished-job");
      await assertJobsStay(kube, operator.metricsUrl);
    }
    await using operator = await env.startOperator();
    await assertJobsStay(kube, operator.metricsUrl);
    await untilRuns(fake, kube, 1);
  });

  await test.step("a running Job that is deleted is recreated after its pod has stopped, and the items of both pods are counted", async () => {
    const kube = await env.createNamespace();
    await using _operator = await env.startOperator();
    await fake.run();
    await fake.setReport({
      phase: "Deleting",
      itemsFound: 100,
      itemsDeleted: 40,
      itemsInFlight: 25,
    });
    await kube.job("again", { ...TARGET });
    const first = await untilRuns(fake, kube, 1);
    await kube.delete(jobs, "again-job", { propagationPolicy: "Background" });
    const both = await untilRuns(fake, kube, 2);
    assertEquals(both[0], first[0]);
    await fake.end("done", { ...DELETED, itemsFound: 40, itemsDeleted: 40 });
    const { status } = await kube.untilPhase("again", "Succeeded");
    assertEquals([status?.itemsFound, status?.itemsDeleted], [100, 100]);
    assertEquals(status?.attempts?.map(({ itemsDeleted }) => itemsDeleted), [40, 40]);
  });

  await test.step("repeated kills of the operator still lead to exactly one pod", async () => {
    const kube = await env.createNamespace();
    await fake.run();
    // With leader election, each new operator must wait until the Lease of the killed operator expires.
    const NO_ELECTION = "--leader-elect=false";
    const killedAfter = async (moment: () => Promise<unknown>) => {
      await using operator = await env.startOperator(NO_ELECTION);
      await moment();
      await operator.stop("SIGKILL");
    };
    await killedAfter(async () => {
      await kube.job("killed", { ...TARGET });
      await eventually(async () => await kube.get(jobs, "killed-job"));
    });
    await killedAfter(() => untilRuns(fake, kube, 1));
    await killedAfter(() => fake.end("done", DELETED));
    await using _operator = await env.startOperator(NO_ELECTION);
    const { status } = await kube.untilPhase("killed", "Succeeded");
    assertEquals([status?.itemsDeleted, status?.attempts?.length], [7, 1]);
    await untilRuns(fake, kube, 1);
  });

  await test.step("an operator that starts while a pod runs reads its progress and writes nothing", async () => {
    const kube = await env.createNamespace();
    await fake.run();
    await fake.setReport({ phase: "Deleting", itemsFound: 9, itemsDeleted: 4 });
    {
      await using _operator = await env.startOperator();
      await kube.job("steady", { ...TARGET });
      await kube.until("steady", (_, status) => assertEquals(status.itemsDeleted, 4));
    }
    const [mark, asked] = [await env.cluster.audit.mark(), await fake.progressRequests()];
    await using operator = await env.startOperator();
    await eventually(async () => assert(await fake.progressRequests() > asked));
    await assertJobsStay(kube, operator.metricsUrl, ["steady-job"]);
    const entries = await env.cluster.audit.entries(mark);
    assertEquals(writesOf(operator.user, entries).map(requestKind), []);
    await untilRuns(fake, kube, 1);
  });

  await test.step("a successful pod is counted although its Job was deleted before the pod completed", async () => {
    const kube = await env.createNamespace();
    await fake.run();
    {
      await using _operator = await env.startOperator();
      await kube.job("late", { ...TARGET });
      await untilRuns(fake, kube, 1);
    }
    await kube.delete(jobs, "late-job", { propagationPolicy: "Background" });
    await fake.end("done", DELETED);
    const ended = await untilSucceeded(kube);
    await using _operator = await env.startOperator();
    const { status } = await kube.untilPhase("late", "Succeeded");
    assertEquals(status?.attempts?.map(({ pod }) => pod), [ended]);
    await untilRuns(fake, kube, 1);
  });

  await test.step("a successful pod is counted after a deletion of its Job and a kill of the operator", async () => {
    const kube = await env.createNamespace();
    const NO_ELECTION = "--leader-elect=false";
    await fake.run();
    await fake.ignoreSigterm();
    {
      await using operator = await env.startOperator(NO_ELECTION);
      await kube.job("stopped", { ...TARGET });
      await untilRuns(fake, kube, 1);
      await kube.until("stopped", (_, status) => assertEquals(status.phase, "Running"));
      await kube.delete(jobs, "stopped-job", { propagationPolicy: "Background" });
      await untilTerminating(kube);
      await operator.stop("SIGKILL");
    }
    await fake.end("done", DELETED);
    await untilSucceeded(kube);
    await using _operator = await env.startOperator(NO_ELECTION);
    const { status } = await kube.untilPhase("stopped", "Succeeded");
    assertEquals(status?.attempts?.length, 1);
    await kube.untilGone(jobs, "stopped-job");
    await untilRuns(fake, kube, 1);
  });

  await test.step("a Job that is deleted in the foreground while the operator is down waits until its pod is recorded", async () => {
    const kube = await env.createNamespace();
    await fake.run();
    await fake.ignoreSigterm();
    {
      await using _operator = await env.startOperator();
      await kube.job("fore", { ...TARGET });
      await untilRuns(fake, kube, 1);
    }
    await kube.delete(jobs, "fore-job", { propagationPolicy: "Foreground" });
    await untilTerminating(kube);
    await fake.end("done", DELETED);
    await untilSucceeded(kube);
    await using operator = await env.startOperator();
    const { status } = await kube.untilPhase("fore", "Succeeded");
    assertEquals([status?.itemsDeleted, status?.attempts?.length], [7, 1]);
    await kube.untilGone(jobs, "fore-job");
    await assertJobsStay(kube, operator.metricsUrl);
    await untilRuns(fake, kube, 1);
  });

  await test.step("a successful pod is counted after a suspension and a kill of the operator", async () => {
    const kube = await env.createNamespace();
    const NO_ELECTION = "--leader-elect=false";
    await fake.run();
    await fake.ignoreSigterm();
    {
      await using operator = await env.startOperator(NO_ELECTION);
      await kube.job("held", { ...TARGET });
      await untilRuns(fake, kube, 1);
      await kube.edit(partitionJobs, "held", { spec: { suspend: true } });
      await untilTerminating(kube);
      await operator.stop("SIGKILL");
    }
    await fake.end("done", DELETED);
    await untilSucceeded(kube);
    await kube.edit(partitionJobs, "held", { spec: { suspend: false } });
    await using operator = await env.startOperator(NO_ELECTION);
    const { status } = await kube.untilPhase("held", "Succeeded");
    assertEquals([status?.itemsDeleted, status?.attempts?.length], [7, 1]);
    await assertJobsStay(kube, operator.metricsUrl, ["held-job"]);
    await untilRuns(fake, kube, 1);
  });

  await test.step("after an orphan deletion of the Job the operator waits for the pod and counts it", async () => {
    const kube = await env.createNamespace();
    await fake.run();
    {
      await using _operator = await env.startOperator();
      await kube.job("orphaned", { ...TARGET });
      await untilRuns(fake, kube, 1);
    }
    await kube.delete(jobs, "orphaned-job", { propagationPolicy: "Orphan" });
    await eventually(async () => {
      const [pod] = await kube.list(pods);
      assertEquals(pod?.metadata.ownerReferences, undefined);
    });
    await using operator = await env.startOperator();
    await assertJobsStay(kube, operator.metricsUrl, ["orphaned-job"]);
    await fake.end("done", DELETED);
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

  await test.step("the operator keeps the counts of a pod that is evicted while the operator is down", async () => {
    const kube = await env.createNamespace();
    await fake.run();
    await fake.setReport({ phase: "Deleting", itemsFound: 100, itemsDeleted: 40 });
    let pod = "";
    {
      await using _operator = await env.startOperator();
      await kube.job("drained", { ...TARGET });
      [{ pod } = { pod }] = await untilRuns(fake, kube, 1);
    }
    await env.evict(kube.namespace, pod);
    await untilRuns(fake, kube, 2);
    await fake.end("done", { ...DELETED, itemsFound: 60, itemsDeleted: 60 });
    await using _operator = await env.startOperator();
    const { status } = await kube.untilPhase("drained", "Succeeded");
    assertEquals([status?.itemsFound, status?.itemsDeleted], [100, 100]);
    assertEquals(status?.attempts?.map(({ itemsDeleted }) => itemsDeleted), [40, 60]);
  });

  await test.step("a pod that succeeds during a suspension is counted, and resuming does not create another pod", async () => {
    const kube = await env.createNamespace();
    await using operator = await env.startOperator();
    await fake.run();
    await fake.ignoreSigterm();
    await kube.job("late-suspend", { ...TARGET });
    await untilRuns(fake, kube, 1);
    await kube.edit(partitionJobs, "late-suspend", { spec: { suspend: true } });
    await untilTerminating(kube);
    await fake.end("done", DELETED);
    await eventually(async () => assertEquals((await kube.list(pods)).length, 0));
    await kube.edit(partitionJobs, "late-suspend", { spec: { suspend: false } });
    const { status } = await kube.untilPhase("late-suspend", "Succeeded");
    assertEquals(status?.attempts?.length, 1);
    await assertJobsStay(kube, operator.metricsUrl, ["late-suspend-job"]);
    await untilRuns(fake, kube, 1);
  });
});

/** Resolves when `count` pods of the namespace have started, including deleted ones. Throws if more have started. */
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

async function untilTerminating(kube: PartitionNamespaceClient): Promise<void> {
  await eventually(async () => {
    const [pod] = await kube.list(pods);
    assert(pod?.metadata.deletionTimestamp);
  });
}

/**
 * Waits until the only pod of a namespace has succeeded, and returns its name. The pod still exists, because a
 * finalizer keeps it until the operator has recorded the result.
 */
async function untilSucceeded(kube: PartitionNamespaceClient): Promise<string> {
  return await eventually(async () => {
    const [pod] = await kube.list(pods);
    assertEquals(pod?.status?.phase, "Succeeded");
    return pod?.metadata.name ?? "";
  });
}

/** After this time without a reconciliation, the operator has no pending watch events or delayed keys. */
const IDLE_MS = 300;

/** Waits until the operator is idle for {@link IDLE_MS}, and fails unless exactly the `expected` Jobs exist. */
async function assertJobsStay(
  kube: PartitionNamespaceClient,
  metricsUrl: string,
  expected: string[] = [],
) {
  const assertIdle = async () => {
    const text = await (await fetch(`${metricsUrl}/metrics`)).text();
    const figure = (name: string) =>
      Number(new RegExp(`^${name}\\{[^}]*ddbctldpjob[^}]*\\} (\\S+)$`, "m").exec(text)?.[1]);
    assertEquals([figure("workqueue_depth"), figure("controller_runtime_active_workers")], [0, 0]);
    assert(figure("workqueue_adds_total") > 0);
  };
  await eventually(async () => {
    await assertIdle();
    await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
    await assertIdle();
  });
  const remaining = (await kube.list(jobs)).filter(({ metadata }) =>
    metadata.labels?.[PARTITION.uidLabel] !== undefined
  );
  assertEquals(remaining.map(({ metadata }) => metadata.name), expected);
}
