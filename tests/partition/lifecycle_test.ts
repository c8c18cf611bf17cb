// @ts-types="../../types/std/assert.d.ts"
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { PARTITION } from "../../crds/labels.ts";
import { events, type Job, jobs, type Pod, pods, secrets } from "../../kube/builtin.ts";
import type { KubeObject } from "../../kube/object.ts";
import { partitionJobs } from "../../reconcile/dynamo/resources.ts";
import { conditionOf } from "../support/conditions.ts";
import { eventually } from "../support/eventually.ts";
import { noCluster } from "../support/shared_cluster.ts";
import { type FakeImage, fakeImage } from "./support/fake_image.ts";
import { podOf } from "./support/partition_pods.ts";
import { startPartitionEnvironment } from "./support/partition_environment.ts";

const TARGET = { tableName: "Orders", partitionValue: "t-1" };

Deno.test("a partition job reaches the correct phase after each kind of event", {
  ignore: noCluster,
}, async (test) => {
  await using fake = await fakeImage();
  await using env = await startPartitionEnvironment("partition-lifecycle", fake.image);
  await using _operator = await env.startOperator("--partition-table-allow=Orders");
  const kube = await env.createNamespace();
  const counting = { phase: "Deleting", itemsFound: 9, itemsDeleted: 4 } as const;

  async function running(name: string, spec: Record<string, unknown> = {}) {
    await fake.run();
    await fake.setReport(counting);
    await kube.job(name, { ...TARGET, ...spec });
    const pod = await podOf(kube, name, "Running");
    await untilStarted(fake, pod);
    return pod;
  }

  // The deletion of this namespace takes a long time, so the test does not wait for its end here. A later step checks
  // the deletion.
  const deletedNamespace = await env.createNamespace();
  await fake.run();
  await deletedNamespace.job("inside", TARGET);
  await untilStarted(fake, await podOf(deletedNamespace, "inside", "Running"));
  await env.cluster.kubectl(["delete", "namespace", deletedNamespace.namespace, "--wait=false"]);

  await test.step("a suspension stops the deletion, and resuming continues it for every backoffLimit", async () => {
    const first = await running("pausing", { backoffLimit: 0 });
    await kube.edit(partitionJobs, "pausing", { spec: { suspend: true } });
    const { status } = await kube.untilPhase("pausing", "Suspended");
    assertEquals(status?.attempts?.map(({ outcome }) => outcome), ["Interrupted"]);
    await eventually(async () => assertEquals((await kube.list(pods)).length, 0));
    await kube.edit(partitionJobs, "pausing", { spec: { suspend: false } });
    const second = await podOf(kube, "pausing", "Running");
    assert(first !== second);
    await fake.end("done", { outcome: "Deleted", itemsFound: 5, itemsDeleted: 5 });
    const ended = await kube.untilPhase("pausing", "Succeeded");
    assertEquals([ended.status?.itemsFound, ended.status?.itemsDeleted], [9, 9]);
  });

  await test.step("a terminal error fails the partition job at once, with the reason that the pod reports", async () => {
    await fake.end("fatal", { outcome: "AccessDenied", message: "Not allowed to query" });
    await kube.job("denied", TARGET);
    const { status } = await kube.untilPhase("denied", "Failed");
    const failed = conditionOf(await kube.get(partitionJobs, "denied"), "Failed");
    assertEquals([failed?.reason, failed?.message], ["AccessDenied", "Not allowed to query"]);
    assertEquals(status?.attempts?.length, 1);
  });

  await test.step("a successful pod without the report of a deletion is a failure", async () => {
    await fake.end("done", {});
    await kube.job("silent", TARGET);
    await kube.untilPhase("silent", "Failed");
    const failed = conditionOf(await kube.get(partitionJobs, "silent"), "Failed");
    assertEquals(failed?.reason, "InternalError");
    assertStringIncludes(failed?.message ?? "", "--partition-job-image");
  });

  await test.step("the Secret with the value is recreated if it is deleted before a pod has read it", async () => {
    await fake.end("done", { outcome: "Deleted", itemsFound: 5, itemsDeleted: 5 });
    await kube.job("secretless", { ...TARGET, suspend: true });
    await kube.untilPhase("secretless", "Suspended");
    const [secret] = (await kube.list(secrets)).filter(({ metadata }) =>
      metadata.name.startsWith("secretless-job-")
    );
    await kube.delete(secrets, secret?.metadata.name ?? "");
    await kube.edit(partitionJobs, "secretless", { spec: { suspend: false } });
    await kube.untilPhase("secretless", "Succeeded");
  });

  await test.step("other failures are retried up to backoffLimit times", async () => {
    await fake.end("retryable", { outcome: "Unavailable", message: "No response" });
    await kube.job("unlucky", { ...TARGET, backoffLimit: 1 });
    const { status } = await kube.untilPhase("unlucky", "Failed");
    assertEquals(status?.attempts?.map(({ exitCode }) => exitCode), [1, 1]);
    assertEquals(
      conditionOf(await kube.get(partitionJobs, "unlucky"), "Failed")?.reason,
      "Unavailable",
    );
  });

  await test.step("an evicted pod does not count as a failure", async () => {
    const pod = await running("evicted", { backoffLimit: 0 });
    await env.evict(kube.namespace, pod);
    await eventually(async () => {
      const now = await podOf(kube, "evicted", "Running");
      assert(now !== pod);
    });
    await fake.end("done", { outcome: "Deleted", itemsFound: 5, itemsDeleted: 5 });
    const { status } = await kube.untilPhase("evicted", "Succeeded");
    assertEquals(status?.itemsDeleted, 9);
  });

  await test.step("the partition job fails when its deadline expires", async () => {
    await running("slow", { activeDeadlineSeconds: 1 });
    await kube.untilPhase("slow", "Failed");
    const failed = conditionOf(await kube.get(partitionJobs, "slow"), "Failed");
    assertEquals(failed?.reason, "DeadlineExceeded");
    assertStringIncludes(failed?.message ?? "", "4 items had been deleted");
  });

  await test.step("the operator refuses a table that is not allowed before it creates any object", async () => {
    const before = (await kube.list(jobs)).length;
    await kube.job("elsewhere", { ...TARGET, tableName: "Invoices" });
    await kube.untilPhase("elsewhere", "Failed");
    const failed = conditionOf(await kube.get(partitionJobs, "elsewhere"), "Failed");
    assertEquals(failed?.reason, "TableNotAllowed");
    assertEquals((await kube.list(jobs)).length, before);
  });

  await test.step("a foreign Job with the planned name is reported and not changed", async () => {
    const manifest = foreignJob("taken-job");
    const { metadata: { uid } } = await kube.apply<Job>(jobs, manifest);
    await kube.job("taken", TARGET);
    const object = await kube.until(
      "taken",
      (object) => assertEquals(conditionOf(object, "NameConflict")?.status, "True"),
    );
    assertStringIncludes(conditionOf(object, "NameConflict")?.message ?? "", '"taken-job"');
    const left = await kube.get(jobs, "taken-job");
    assertEquals([left.metadata.uid, left.metadata.ownerReferences], [uid, undefined]);
  });

  await test.step("a name that is too long for a label still gets a Job", async () => {
    await fake.end("done", { outcome: "Counted", itemsFound: 9 });
    const name = "n".repeat(120);
    await kube.job(name, { ...TARGET, dryRun: true });
    const { status } = await kube.untilPhase(name, "Succeeded");
    assertEquals(status?.jobName?.length, 63);
    assertStringIncludes(status?.message ?? "", "9 items; none was deleted");
  });

  await test.step("its deletion stops the pod at once", async () => {
    for (const propagationPolicy of ["Background", "Foreground"] as const) {
      const name = `stop-${propagationPolicy.toLowerCase()}`;
      const pod = await running(name);
      await kube.delete(partitionJobs, name, { propagationPolicy });
      await kube.untilGone(pods, pod);
      await kube.untilGone(jobs, `${name}-job`);
      await kube.untilGone(partitionJobs, name);
    }
  });

  await test.step("orphan deletion keeps its Job running without a finalizer", async () => {
    const pod = await running("orphan");
    await kube.delete(partitionJobs, "orphan", { propagationPolicy: "Orphan" });
    await kube.untilGone(partitionJobs, "orphan");
    await eventually(async () => {
      const { metadata } = await kube.get(jobs, "orphan-job");
      assertEquals([metadata.finalizers ?? [], metadata.deletionTimestamp], [[], undefined]);
    });
    assertEquals((await kube.get(pods, pod)).status?.phase, "Running");
  });

  await test.step("the operator removes its finalizer from pods without a node or without a partition job", async () => {
    await fake.end("done", { outcome: "Counted", itemsFound: 9 });
    const { metadata: { uid = "" } } = await kube.job("lonely", { ...TARGET, suspend: true });
    await kube.untilPhase("lonely", "Suspended");
    const { metadata: { uid: jobUid = "" } } = await kube.get(jobs, "lonely-job");
    const owner = { apiVersion: "batch/v1", kind: "Job", name: "lonely-job", uid: jobUid };
    const own = heldPod("never-placed", "lonely", uid);
    own.metadata.ownerReferences = [{ ...owner, controller: true }];
    const all = [
      own,
      heldPod("without-object", "no-such-object", uid),
      heldPod("of-a-predecessor", "lonely", crypto.randomUUID()),
    ];
    for (const pod of all) {
      await kube.apply<Pod>(pods, pod);
      await kube.delete(pods, pod.metadata.name);
    }
    for (const { metadata } of all) await kube.untilGone(pods, metadata.name);
    assertEquals((await kube.get(partitionJobs, "lonely")).status?.attempts, undefined);
  });

  await test.step("the deletion of the namespace deletes all objects of partition jobs", async () => {
    for (const kind of [partitionJobs, jobs, pods, secrets]) {
      await eventually(async () =>
        assertEquals((await deletedNamespace.list<KubeObject>(kind)).length, 0)
      );
    }
  });

  await test.step("events record what happened", async () => {
    await eventually(async () => {
      const recorded = (await kube.list(events))
        .filter(({ regarding }) => regarding?.kind === "DdbctlDpJob")
        .map(({ regarding, reason }) => `${regarding?.name} ${reason}`);
      for (
        const event of [
          "pausing JobCreated",
          "pausing Suspended",
          "pausing Resumed",
          "pausing Completed",
          "denied Failed",
          "taken NameConflict",
        ]
      ) assert(recorded.includes(event), `${event} is not among ${recorded.join(", ")}`);
    });
  });
});

/** Resolves when the fake program in a pod has started and handles signals. */
async function untilStarted(fake: FakeImage, pod: string): Promise<void> {
  await eventually(async () => {
    assert((await fake.runs()).some((run) => run.pod === pod), `${pod} has not started`);
  });
}

/** Returns an unschedulable pod with the operator's finalizer, labelled as a pod of this partition job. */
function heldPod(name: string, object: string, uid: string): Pod {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name,
      labels: { [PARTITION.uidLabel]: uid },
      annotations: { [PARTITION.nameAnnotation]: object },
      finalizers: [PARTITION.finalizer],
    },
    spec: { schedulerName: "none", containers: [{ name: "main", image: "busybox" }] },
  };
}

function foreignJob(name: string): Job {
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name },
    spec: {
      suspend: true,
      template: {
        spec: { restartPolicy: "Never", containers: [{ name: "main", image: "busybox" }] },
      },
    },
  };
}
