// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { ApiError } from "../../kube/errors.ts";
import { partitionPass } from "./partition_kind.ts";
import { secretName } from "./secret.ts";
import { endedPod, partitionJob, pod, storedJob } from "./testing/objects.ts";
import { finishedStatus, type World, world } from "./testing/world.ts";

const { signal } = new AbortController();
const pass = ({ context }: World) => partitionPass(context, "team/orders", signal);

function apiError(status: number, reason: string): ApiError {
  const request = { verb: "create", method: "POST", path: "/jobs" };
  return new ApiError({ status, reason, message: reason, request });
}

Deno.test("a new object is looked up once more before anything is made for it", async () => {
  const w = world({ object: partitionJob() });
  await pass(w);
  assertEquals(w.calls, [
    "list Pod team",
    "get DdbctlDpJob orders",
    `create Secret ${secretName(partitionJob())}`,
    "create Job orders-job",
    "event JobCreated",
    "status DdbctlDpJob orders",
  ]);
});

Deno.test("an object that another process has finished meanwhile gets no Job", async () => {
  const w = world({ object: partitionJob() });
  w.live["DdbctlDpJob"] = partitionJob({}, finishedStatus());
  assertEquals(await pass(w), { outcome: "requeue" });
  assertEquals(w.calls, ["list Pod team", "get DdbctlDpJob orders"]);
  w.calls.length = 0;
  await pass(w);
  assertEquals(w.calls, []);
});

Deno.test("an object whose pod the watch has not told of gets no Job beside it", async () => {
  const w = world({ object: partitionJob() });
  w.unseen.push(pod("a"));
  assertEquals(await pass(w), { outcome: "requeue" });
  await pass(w);
  assertEquals(w.calls, ["list Pod team", "status DdbctlDpJob orders"]);
  assertEquals(w.stored.object?.status?.phase, "Running");
});

Deno.test("a pod that the watch tells of while the pods are listed is no less news", async () => {
  const deleted = storedJob([], { deletionTimestamp: "2026-01-01T00:00:00Z" });
  for (const job of [undefined, deleted, storedJob([{ type: "Complete" }])]) {
    const w = world({ object: partitionJob(), job });
    const { client } = w.context;
    w.context.client = {
      ...client,
      list(resource, options) {
        w.stored.pods = [pod("a")];
        return client.list(resource, options);
      },
    };
    assertEquals(await pass(w), { outcome: "requeue" });
    assertEquals(w.calls.filter((call) => /^(create|event|patch)/.test(call)), []);
  }
});

Deno.test("an object whose pods cannot be listed gets no Job and no end", async () => {
  for (const job of [undefined, storedJob([{ type: "Complete" }])]) {
    const w = world({ object: partitionJob(), job });
    w.fail("list Pod team", apiError(500, "InternalError"));
    await assertRejects(() => pass(w), ApiError);
    assertEquals(w.calls, ["list Pod team"]);
  }
});

Deno.test("the end is written before the Job is let go, and not let go if it cannot be written", async () => {
  const pods = [endedPod("a", 0, { outcome: "Deleted", itemsFound: 3, itemsDeleted: 3 })];
  const stored = { object: partitionJob(), job: storedJob([{ type: "Complete" }]), pods };
  const w = world(stored);
  w.fail("status DdbctlDpJob orders", apiError(500, "InternalError"));
  await assertRejects(() => pass(w), ApiError);
  assertEquals(w.calls, ["list Pod team", "status DdbctlDpJob orders"]);
  w.calls.length = 0;
  await pass(w);
  assertEquals(w.calls, [
    "list Pod team",
    "status DdbctlDpJob orders",
    "event Completed",
    "patch Pod a",
    "patch Job orders-job",
  ]);
});

Deno.test("a Job that cannot be made leaves one Secret behind, however often and by whom it is tried", async () => {
  const object = partitionJob();
  const w = world({ object });
  const create = `create Secret ${secretName(object)}`;
  for (let attempt = 0; attempt < 2; attempt++) {
    if (attempt > 0) w.fail(create, apiError(409, "AlreadyExists"));
    w.fail("create Job orders-job", apiError(403, "Forbidden"));
    await assertRejects(() => pass(w), ApiError, "Forbidden");
  }
  w.fail(create, apiError(409, "AlreadyExists"));
  await pass(w);
  assertEquals(w.calls.filter((call) => call.startsWith("create Secret")), [
    create,
    create,
    create,
  ]);
  assertEquals(w.calls.filter((call) => call === "create Job orders-job").length, 3);
});

Deno.test("a Job of that name that the watch does not show is somebody else's or ours, and never touched", async () => {
  const taken = world({ object: partitionJob() });
  taken.fail("create Job orders-job", apiError(409, "AlreadyExists"));
  taken.live["Job"] = storedJob([], { ownerReferences: [] });
  assertEquals(await pass(taken), { outcome: "requeueAfter", afterMs: 30_000 });
  assertEquals(taken.stored.object?.status?.conditions?.at(-1)?.type, "NameConflict");
  assertEquals(taken.calls.some((call) => /^(patch|delete)/.test(call)), false);
});

Deno.test("a running pod is looked at again when it may be asked again", async () => {
  const w = world({ object: partitionJob(), job: storedJob(), pods: [pod("a")] });
  assertEquals(await pass(w), { outcome: "requeueAfter", afterMs: 10_000 });
  w.calls.length = 0;
  await pass(w);
  assertEquals(w.calls, []);
});

Deno.test("the Job of an object that is gone is let go and deleted, but only if the API server knows it is gone", async () => {
  const w = world({ job: storedJob() });
  w.live["DdbctlDpJob"] = partitionJob();
  await pass(w);
  assertEquals(w.calls, ["get DdbctlDpJob orders"]);
  w.calls.length = 0;
  w.live["DdbctlDpJob"] = undefined;
  await pass(w);
  assertEquals(w.calls, [
    "get DdbctlDpJob orders",
    "patch Job orders-job",
    "delete Job orders-job",
  ]);
});

Deno.test("the pods of an object that is gone are let go, but only if the API server knows it is gone", async () => {
  const w = world({ pods: [pod("a"), pod("b")] });
  w.live["DdbctlDpJob"] = partitionJob();
  await pass(w);
  assertEquals(w.calls, ["get DdbctlDpJob orders", "get DdbctlDpJob orders"]);
  w.calls.length = 0;
  const successor = partitionJob();
  successor.metadata.uid = "uid-2";
  w.live["DdbctlDpJob"] = successor;
  await pass(w);
  assertEquals(w.calls.filter((call) => call.startsWith("patch")), ["patch Pod a", "patch Pod b"]);
  w.calls.length = 0;
  await pass(w);
  assertEquals(w.calls, []);
});

Deno.test("of a paused object the status is written, and nothing is let go or stopped until it goes on", async () => {
  const paused = partitionJob();
  paused.metadata.annotations = { "nvidia.com/paused": "true" };
  const job = storedJob([], { deletionTimestamp: "2026-01-01T00:00:00Z" });
  const w = world({ object: paused, job, pods: [pod("a")] });
  await pass(w);
  assertEquals(w.calls, ["status DdbctlDpJob orders"]);
  w.calls.length = 0;
  w.stored.pods = [endedPod("a", 0, { outcome: "Deleted", itemsFound: 9, itemsDeleted: 9 })];
  await pass(w);
  assertEquals(w.calls, ["list Pod team", "status DdbctlDpJob orders", "event Completed"]);
  w.calls.length = 0;
  delete w.stored.object?.metadata.annotations;
  await pass(w);
  assertEquals(w.calls, ["patch Pod a", "patch Job orders-job"]);
});

Deno.test("a Job that was made is told of although the status could not be written", async () => {
  const w = world({ object: partitionJob() });
  w.fail("status DdbctlDpJob orders", apiError(409, "Conflict"));
  await assertRejects(() => pass(w), ApiError);
  assertEquals(w.calls.filter((call) => call === "event JobCreated").length, 1);
});

Deno.test("a Job that somebody deleted goes after its pod: the pod is stopped, its end is written, and then", async () => {
  const job = storedJob([], { deletionTimestamp: "2026-01-01T00:00:00Z" });
  const w = world({ object: partitionJob(), job, pods: [pod("a")] });
  await pass(w);
  assertEquals(w.calls, ["status DdbctlDpJob orders", "delete Pod a"]);
  w.calls.length = 0;
  w.stored.pods = [endedPod("a", 1, { outcome: "Interrupted", itemsFound: 9, itemsDeleted: 4 })];
  await pass(w);
  assertEquals(w.calls, [
    "status DdbctlDpJob orders",
    "patch Pod a",
    "list Pod team",
    "patch Job orders-job",
  ]);
});

Deno.test("a Job that was deleted right after it was made is held for a pod that the watch has not told of", async () => {
  const job = storedJob([], { deletionTimestamp: "2026-01-01T00:00:00Z" });
  const w = world({ object: partitionJob(), job });
  w.unseen.push(pod("a"));
  assertEquals(await pass(w), { outcome: "requeue" });
  assertEquals(w.calls, ["status DdbctlDpJob orders", "list Pod team"]);
  w.calls.length = 0;
  await pass(w);
  assertEquals(w.calls, ["status DdbctlDpJob orders", "delete Pod a"]);
});

Deno.test("a pod is stopped as it is known, not one that was orphaned meanwhile", async () => {
  const job = storedJob([], { deletionTimestamp: "2026-01-01T00:00:00Z" });
  const known = pod("a");
  known.metadata.resourceVersion = "7";
  const w = world({ object: partitionJob(), job, pods: [known] });
  const asked: unknown[] = [];
  const { client } = w.context;
  w.context.client = {
    ...client,
    delete(resource, at, options) {
      asked.push(options);
      return client.delete(resource, at, options);
    },
  };
  w.fail("delete Pod a", apiError(409, "Conflict"));
  await assertRejects(() => pass(w), ApiError, "Conflict");
  assertEquals(asked, [{ uid: "uid-of-a", resourceVersion: "7", signal }]);
});

Deno.test("a complete Job is judged by all of its pods, also by those that the watch has not told of", async () => {
  const job = storedJob([{ type: "Complete" }]);
  const lost = pod("a", { state: "ended" });
  const stale = { ...pod("b"), metadata: { ...pod("b").metadata, resourceVersion: "10" } };
  const done = endedPod("b", 0, { outcome: "Deleted", itemsFound: 9, itemsDeleted: 9 });
  done.metadata.resourceVersion = "11";
  for (const seen of [[], [lost], [lost, stale]]) {
    const w = world({ object: partitionJob(), job, pods: seen });
    w.unseen.push(done);
    const first = await pass(w);
    assertEquals(w.calls.includes("event Failed"), false);
    // A pod that is known to be at work is waited for; nobody is asked.
    assertEquals(first.outcome, seen.length < 2 ? "requeue" : "requeueAfter");
    w.stored.pods = [...seen.slice(0, 1), done];
    await pass(w);
    const { phase, itemsDeleted } = w.stored.object?.status ?? {};
    assertEquals([phase, itemsDeleted], ["Succeeded", 9]);
  }
});

Deno.test("a complete Job without any pod, there or recorded, is a failure of which nothing more is known", async () => {
  for (const metadata of [{}, { deletionTimestamp: "2026-01-01T00:00:00Z" }]) {
    const job = storedJob([{ type: "Complete" }], metadata);
    const w = world({ object: partitionJob(), job });
    assertEquals(await pass(w), { outcome: "done" });
    assertEquals(w.calls, [
      "list Pod team",
      "status DdbctlDpJob orders",
      "event Failed",
      "patch Job orders-job",
    ]);
    const { phase, message = "" } = w.stored.object?.status ?? {};
    assertEquals(phase, "Failed");
    assertStringIncludes(message, "before its report was read");
  }
});

Deno.test("an end that the Job tells before its pod does is recorded with what the pod says", async () => {
  const job = storedJob([{ type: "Complete" }]);
  const w = world({ object: partitionJob(), job, pods: [pod("a")] });
  assertEquals(await pass(w), { outcome: "requeueAfter", afterMs: 10_000 });
  assertEquals(w.stored.object?.status?.phase, "Running");
  w.stored.pods = [endedPod("a", 0, { outcome: "Deleted", itemsFound: 9, itemsDeleted: 9 })];
  await pass(w);
  const { phase, itemsDeleted } = w.stored.object?.status ?? {};
  assertEquals([phase, itemsDeleted], ["Succeeded", 9]);
});

Deno.test("however many pods are kept, a second look at them writes nothing", async () => {
  const pods = Array.from({ length: 70 }, (_, index) => {
    const kept = endedPod(`p${index}`, 1, { itemsFound: 100 - index, itemsDeleted: 1 });
    const creationTimestamp = new Date(Date.UTC(2026, 0, 1, 0, index)).toISOString();
    return { ...kept, metadata: { ...kept.metadata, creationTimestamp } };
  });
  const w = world({ object: partitionJob(), job: storedJob(), pods });
  await pass(w);
  const first = w.stored.object?.status;
  assertEquals([first?.itemsDeleted, first?.attempts?.length], [70, 60]);
  w.calls.length = 0;
  // Each is let go once.
  assertEquals(w.stored.pods.flatMap(({ metadata }) => metadata.finalizers), []);
  await pass(w);
  assertEquals(w.calls, []);
  assertEquals(w.stored.object?.status, first);
});
