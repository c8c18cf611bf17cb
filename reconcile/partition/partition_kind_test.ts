// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import type { PartitionJobStatus } from "../../crds/kinds/partition_job.ts";
import { ApiError } from "../../kube/errors.ts";
import { isUndecided } from "./approval.ts";
import { secretName } from "./job.ts";
import { partitionKind } from "./partition_kind.ts";
import { fakeCluster, finishedStatus } from "./testing/fake_cluster.ts";
import { endedPod, partitionJob, pod, storedJob } from "./testing/objects.ts";
import { reconcile } from "./testing/reconcile.ts";

const { signal } = new AbortController();

function apiError(status: number, reason: string): ApiError {
  const request = { verb: "create", method: "POST", path: "/jobs" };
  return new ApiError({ status, reason, message: reason, request });
}

Deno.test("a new object is read from the API server before its children are created", async () => {
  const cluster = fakeCluster({ object: partitionJob() });
  await reconcile(cluster);
  assertEquals(cluster.calls, [
    "list Pod team",
    "get DdbctlDpJob orders",
    `create Secret ${secretName(partitionJob())}`,
    "create Job orders-job",
    "event JobCreated",
    "status DdbctlDpJob orders",
  ]);
});

Deno.test("an object that another leader has finished in the meantime gets no Job", async () => {
  const cluster = fakeCluster({ object: partitionJob() });
  cluster.live["DdbctlDpJob"] = partitionJob({}, finishedStatus());
  assertEquals(await reconcile(cluster), { outcome: "requeue" });
  assertEquals(cluster.calls, ["list Pod team", "get DdbctlDpJob orders"]);
  cluster.calls.length = 0;
  await reconcile(cluster);
  assertEquals(cluster.calls, []);
});

Deno.test("an object that waits for approval in the API server gets no Job, although the store lags", async () => {
  const cluster = fakeCluster({ object: partitionJob() });
  const condition = {
    type: "AwaitingApproval",
    status: "True",
    reason: "AwaitingApproval",
  } as const;
  const conditions = [{
    ...condition,
    message: "older",
    lastTransitionTime: "2026-01-01T00:00:00Z",
  }];
  const waiting = partitionJob({}, {
    observedGeneration: 1,
    phase: "Pending",
    tableName: "Orders",
    conditions,
  });
  cluster.live["DdbctlDpJob"] = waiting;
  assertEquals(await reconcile(cluster), { outcome: "requeue" });
  assertEquals(cluster.calls, ["list Pod team", "get DdbctlDpJob orders"]);
});

Deno.test("an object whose age was unknown gets its Job when the age is known", async () => {
  const cluster = fakeCluster({ object: partitionJob() });
  const { context } = cluster;
  const { definedAt } = context;
  context.definedAt = () => Promise.resolve(undefined);
  assertEquals(await reconcile(cluster), { outcome: "requeueAfter", afterMs: 30_000 });
  context.definedAt = definedAt;
  cluster.live["DdbctlDpJob"] = cluster.stored.object;
  await reconcile(cluster);
  assertEquals(cluster.calls.includes("create Job orders-job"), true);
  assertEquals(
    cluster.stored.object?.status?.conditions?.some(({ type }) => type === "AwaitingApproval"),
    false,
  );
});

Deno.test("an object with a pod that the watch has not delivered gets no second Job", async () => {
  const cluster = fakeCluster({ object: partitionJob() });
  cluster.unseen.push(pod("a"));
  assertEquals(await reconcile(cluster), { outcome: "requeue" });
  await reconcile(cluster);
  assertEquals(cluster.calls, ["list Pod team", "status DdbctlDpJob orders"]);
  assertEquals(cluster.stored.object?.status?.phase, "Running");
});

Deno.test("a pod that the watch delivers during the list starts a new decision", async () => {
  const deleted = storedJob([], { deletionTimestamp: "2026-01-01T00:00:00Z" });
  for (const job of [undefined, deleted, storedJob([{ type: "Complete" }])]) {
    const cluster = fakeCluster({ object: partitionJob(), job });
    const { client } = cluster.context;
    cluster.context.client = {
      ...client,
      list(resource, options) {
        cluster.stored.pods = [pod("a")];
        return client.list(resource, options);
      },
    };
    assertEquals(await reconcile(cluster), { outcome: "requeue" });
    assertEquals(cluster.calls.filter((call) => /^(create|event|patch)/.test(call)), []);
  }
});

Deno.test("an object whose pods cannot be listed gets neither a Job nor an end", async () => {
  for (const job of [undefined, storedJob([{ type: "Complete" }])]) {
    const cluster = fakeCluster({ object: partitionJob(), job });
    cluster.fail("list Pod team", apiError(500, "InternalError"));
    await assertRejects(() => reconcile(cluster), ApiError);
    assertEquals(cluster.calls, ["list Pod team"]);
  }
});

Deno.test("the Job is released only after the end is stored, and its pod only after the Job", async () => {
  const pods = [endedPod("a", 0, { outcome: "Deleted", itemsFound: 3, itemsDeleted: 3 })];
  const stored = { object: partitionJob(), job: storedJob([{ type: "Complete" }]), pods };
  const cluster = fakeCluster(stored);
  cluster.fail("status DdbctlDpJob orders", apiError(500, "InternalError"));
  await assertRejects(() => reconcile(cluster), ApiError);
  assertEquals(cluster.calls, ["list Pod team", "status DdbctlDpJob orders"]);
  cluster.calls.length = 0;
  await reconcile(cluster);
  assertEquals(cluster.calls, [
    "list Pod team",
    "status DdbctlDpJob orders",
    "event Completed",
    "patch Job orders-job",
    "patch Pod a",
  ]);
});

Deno.test("retries to create a Job leave one Secret behind", async () => {
  const object = partitionJob();
  const cluster = fakeCluster({ object });
  const create = `create Secret ${secretName(object)}`;
  for (let attempt = 0; attempt < 2; attempt++) {
    if (attempt > 0) cluster.fail(create, apiError(409, "AlreadyExists"));
    cluster.fail("create Job orders-job", apiError(403, "Forbidden"));
    await assertRejects(() => reconcile(cluster), ApiError, "Forbidden");
  }
  cluster.fail(create, apiError(409, "AlreadyExists"));
  await reconcile(cluster);
  assertEquals(cluster.calls.filter((call) => call.startsWith("create Secret")), [
    create,
    create,
    create,
  ]);
  assertEquals(cluster.calls.filter((call) => call === "create Job orders-job").length, 3);
});

Deno.test("a foreign Job that the watch has not delivered is a conflict and is not changed", async () => {
  const taken = fakeCluster({ object: partitionJob() });
  taken.fail("create Job orders-job", apiError(409, "AlreadyExists"));
  taken.live["Job"] = storedJob([], { ownerReferences: [] });
  assertEquals(await reconcile(taken), { outcome: "requeueAfter", afterMs: 30_000 });
  assertEquals(taken.stored.object?.status?.conditions?.at(-1)?.type, "NameConflict");
  assertEquals(taken.calls.some((call) => /^(patch|delete)/.test(call)), false);
});

Deno.test("a running pod is reconciled again when its next progress is due", async () => {
  const cluster = fakeCluster({ object: partitionJob(), job: storedJob(), pods: [pod("a")] });
  assertEquals(await reconcile(cluster), { outcome: "requeueAfter", afterMs: 10_000 });
  cluster.calls.length = 0;
  await reconcile(cluster);
  assertEquals(cluster.calls, []);
});

Deno.test("the Job of an absent object is released and deleted, but only if the object is absent in the API server too", async () => {
  const cluster = fakeCluster({ job: storedJob() });
  cluster.live["DdbctlDpJob"] = partitionJob();
  await reconcile(cluster);
  assertEquals(cluster.calls, ["get DdbctlDpJob orders"]);
  cluster.calls.length = 0;
  cluster.live["DdbctlDpJob"] = undefined;
  await reconcile(cluster);
  assertEquals(cluster.calls, [
    "get DdbctlDpJob orders",
    "patch Job orders-job",
    "delete Job orders-job",
  ]);
});

Deno.test("the pods of an absent object are released, but only if the object is absent in the API server too", async () => {
  const cluster = fakeCluster({ pods: [pod("a"), pod("b")] });
  cluster.live["DdbctlDpJob"] = partitionJob();
  await reconcile(cluster);
  assertEquals(cluster.calls, ["get DdbctlDpJob orders", "get DdbctlDpJob orders"]);
  cluster.calls.length = 0;
  const successor = partitionJob();
  successor.metadata.uid = "uid-2";
  cluster.live["DdbctlDpJob"] = successor;
  await reconcile(cluster);
  assertEquals(cluster.calls.filter((call) => call.startsWith("patch")), [
    "patch Pod a",
    "patch Pod b",
  ]);
  cluster.calls.length = 0;
  await reconcile(cluster);
  assertEquals(cluster.calls, []);
});

Deno.test("a paused object gets its status; nothing is released or stopped until it is resumed", async () => {
  const paused = partitionJob();
  paused.metadata.annotations = { "nvidia.com/paused": "true" };
  const job = storedJob([], { deletionTimestamp: "2026-01-01T00:00:00Z" });
  const cluster = fakeCluster({ object: paused, job, pods: [pod("a")] });
  await reconcile(cluster);
  assertEquals(cluster.calls, ["status DdbctlDpJob orders"]);
  cluster.calls.length = 0;
  cluster.stored.pods = [endedPod("a", 0, { outcome: "Deleted", itemsFound: 9, itemsDeleted: 9 })];
  await reconcile(cluster);
  assertEquals(cluster.calls, ["list Pod team", "status DdbctlDpJob orders", "event Completed"]);
  cluster.calls.length = 0;
  delete cluster.stored.object?.metadata.annotations;
  await reconcile(cluster);
  assertEquals(cluster.calls, ["patch Job orders-job", "patch Pod a"]);
});

Deno.test("the event of a created Job is recorded even if the status write fails", async () => {
  const cluster = fakeCluster({ object: partitionJob() });
  cluster.fail("status DdbctlDpJob orders", apiError(409, "Conflict"));
  assertEquals(await reconcile(cluster), { outcome: "requeue" });
  assertEquals(cluster.calls.filter((call) => call === "event JobCreated").length, 1);
});

Deno.test("a deleted Job is released after its pod: the pod is stopped, its end is stored, then the Job is released", async () => {
  const job = storedJob([], { deletionTimestamp: "2026-01-01T00:00:00Z" });
  const cluster = fakeCluster({ object: partitionJob(), job, pods: [pod("a")] });
  await reconcile(cluster);
  assertEquals(cluster.calls, ["status DdbctlDpJob orders", "delete Pod a"]);
  cluster.calls.length = 0;
  cluster.stored.pods = [
    endedPod("a", 1, { outcome: "Interrupted", itemsFound: 9, itemsDeleted: 4 }),
  ];
  await reconcile(cluster);
  assertEquals(cluster.calls, [
    "status DdbctlDpJob orders",
    "patch Pod a",
    "list Pod team",
    "patch Job orders-job",
  ]);
});

Deno.test("a Job that was deleted right after its creation is kept for a pod that the watch has not delivered", async () => {
  const job = storedJob([], { deletionTimestamp: "2026-01-01T00:00:00Z" });
  const cluster = fakeCluster({ object: partitionJob(), job });
  cluster.unseen.push(pod("a"));
  assertEquals(await reconcile(cluster), { outcome: "requeue" });
  assertEquals(cluster.calls, ["status DdbctlDpJob orders", "list Pod team"]);
  cluster.calls.length = 0;
  await reconcile(cluster);
  assertEquals(cluster.calls, ["status DdbctlDpJob orders", "delete Pod a"]);
});

Deno.test("a pod that was orphaned in the meantime is not stopped", async () => {
  const job = storedJob([], { deletionTimestamp: "2026-01-01T00:00:00Z" });
  const known = pod("a");
  known.metadata.resourceVersion = "7";
  const cluster = fakeCluster({ object: partitionJob(), job, pods: [known] });
  const deletions: unknown[] = [];
  const { client } = cluster.context;
  cluster.context.client = {
    ...client,
    delete(resource, at, options) {
      deletions.push(options);
      return client.delete(resource, at, options);
    },
  };
  cluster.fail("delete Pod a", apiError(409, "Conflict"));
  await assertRejects(() => reconcile(cluster), ApiError, "Conflict");
  assertEquals(deletions, [{ uid: "uid-of-a", resourceVersion: "7", signal }]);
});

Deno.test("the end of a complete Job depends on all pods, also on those that the watch has not delivered", async () => {
  const job = storedJob([{ type: "Complete" }]);
  const lost = pod("a", { state: "ended" });
  const stale = { ...pod("b"), metadata: { ...pod("b").metadata, resourceVersion: "10" } };
  const done = endedPod("b", 0, { outcome: "Deleted", itemsFound: 9, itemsDeleted: 9 });
  done.metadata.resourceVersion = "11";
  for (const seen of [[], [lost], [lost, stale]]) {
    const cluster = fakeCluster({ object: partitionJob(), job, pods: seen });
    cluster.unseen.push(done);
    const first = await reconcile(cluster);
    assertEquals(cluster.calls.includes("event Failed"), false);
    // If the store contains the running pod "b", the operator waits until the pod has ended. Otherwise, a list request
    // returns pod "b", and the operator requeues the key.
    assertEquals(first.outcome, seen.length < 2 ? "requeue" : "requeueAfter");
    cluster.stored.pods = [...seen.slice(0, 1), done];
    await reconcile(cluster);
    const { phase, itemsDeleted } = cluster.stored.object?.status ?? {};
    assertEquals([phase, itemsDeleted], ["Succeeded", 9]);
  }
});

Deno.test("a complete Job without an existing or recorded pod is a failure", async () => {
  for (const metadata of [{}, { deletionTimestamp: "2026-01-01T00:00:00Z" }]) {
    const job = storedJob([{ type: "Complete" }], metadata);
    const cluster = fakeCluster({ object: partitionJob(), job });
    assertEquals(await reconcile(cluster), { outcome: "done" });
    assertEquals(cluster.calls, [
      "list Pod team",
      "status DdbctlDpJob orders",
      "event Failed",
      "patch Job orders-job",
    ]);
    const { phase, message = "" } = cluster.stored.object?.status ?? {};
    assertEquals(phase, "Failed");
    assertStringIncludes(message, "before the operator read the report");
  }
});

Deno.test("if the Job completes before the pod is known to end, the end is recorded with the report of the pod", async () => {
  const job = storedJob([{ type: "Complete" }]);
  const cluster = fakeCluster({ object: partitionJob(), job, pods: [pod("a")] });
  assertEquals(await reconcile(cluster), { outcome: "requeueAfter", afterMs: 10_000 });
  assertEquals(cluster.stored.object?.status?.phase, "Running");
  cluster.stored.pods = [endedPod("a", 0, { outcome: "Deleted", itemsFound: 9, itemsDeleted: 9 })];
  await reconcile(cluster);
  const { phase, itemsDeleted } = cluster.stored.object?.status ?? {};
  assertEquals([phase, itemsDeleted], ["Succeeded", 9]);
});

Deno.test("however many pods exist, a second reconciliation writes nothing", async () => {
  const pods = Array.from({ length: 70 }, (_, index) => {
    const kept = endedPod(`p${index}`, 1, { itemsFound: 100 - index, itemsDeleted: 1 });
    const creationTimestamp = new Date(Date.UTC(2026, 0, 1, 0, index)).toISOString();
    return { ...kept, metadata: { ...kept.metadata, creationTimestamp } };
  });
  const cluster = fakeCluster({ object: partitionJob(), job: storedJob(), pods });
  await reconcile(cluster);
  const first = cluster.stored.object?.status;
  assertEquals([first?.itemsDeleted, first?.attempts?.length], [70, 60]);
  cluster.calls.length = 0;
  assertEquals(cluster.stored.pods.flatMap(({ metadata }) => metadata.finalizers), []);
  await reconcile(cluster);
  assertEquals(cluster.calls, []);
  assertEquals(cluster.stored.object?.status, first);
});

Deno.test("a pod from which a user removed the operator's label gets it again before a Job is created", async () => {
  const cluster = fakeCluster({ object: partitionJob() });
  const unlabelled = pod("a");
  unlabelled.metadata.labels = {};
  cluster.unseen.push(unlabelled);
  assertEquals(await reconcile(cluster), { outcome: "requeue" });
  assertEquals(cluster.calls, ["list Pod team", "patch Pod a"]);
});

Deno.test("a Job from which a user removed the operator's label gets it again", async () => {
  const cluster = fakeCluster({ object: partitionJob() });
  cluster.fail("create Job orders-job", apiError(409, "AlreadyExists"));
  cluster.live["Job"] = storedJob([], { labels: {} });
  assertEquals(await reconcile(cluster), { outcome: "requeue" });
  assertEquals(cluster.calls.at(-1), "patch Job orders-job");
});

Deno.test("a Job of another program that the object owns is reported and not changed", async () => {
  const cluster = fakeCluster({ object: partitionJob() });
  cluster.fail("create Job orders-job", apiError(409, "AlreadyExists"));
  cluster.live["Job"] = storedJob([], { labels: {}, finalizers: [] });
  assertEquals(await reconcile(cluster), { outcome: "requeueAfter", afterMs: 30_000 });
  assertEquals(cluster.stored.object?.status?.conditions?.at(-1)?.type, "AwaitingApproval");
  assertEquals(cluster.calls.some((call) => /^(patch|delete)/.test(call)), false);
});

Deno.test("an unreadable kind does not change a final result, and does not count as a decision about the age", () => {
  const kinds = { names: "pods", reason: "no permission", sinceIso: "2026-01-01T00:00:00Z" };
  const { unreadableStatus } = partitionKind(fakeCluster().context);
  const statusOf = (status: PartitionJobStatus) =>
    unreadableStatus(partitionJob({}, status), kinds, "2026-01-01T00:01:00Z");
  assertEquals(statusOf(finishedStatus()), finishedStatus());
  const unobserved = { observedGeneration: -1, phase: "Pending", tableName: "" } as const;
  const status = statusOf(unobserved);
  assertEquals(status?.conditions?.map(({ type, status }) => [type, status]), [
    ["Ready", "Unknown"],
  ]);
  assertEquals(isUndecided(partitionJob({}, status)), true);
});
