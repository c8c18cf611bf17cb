// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { DdbctlDpJob } from "../../crds/kinds/partition_job.ts";
import { PARTITION } from "../../crds/labels.ts";
import type { Job } from "../../kube/builtin.ts";
import type { PartitionPod } from "./pod.ts";
import {
  abandonedPods,
  podsToRelease,
  podsToStop,
  releaseOf as releasing,
} from "./release_children.ts";
import { attempt, endedPod, partitionJob, pod, storedJob } from "./testing/objects.ts";

const releaseOf = (stored: DdbctlDpJob, job: Job, pods: PartitionPod[] = []) =>
  releasing(stored, job, pods);
const deleted = storedJob([], { deletionTimestamp: "2026-01-01T00:00:00Z" });
const finished = { observedGeneration: 1, phase: "Failed", tableName: "Orders" } as const;

Deno.test("even a complete Job keeps its finalizer until the stored status contains the end", () => {
  const complete = storedJob([{ type: "Complete" }]);
  assertEquals(releaseOf(partitionJob({ ttlSecondsAfterFinished: 60 }), complete), undefined);
});

Deno.test("a Job is released after its result is stored, and only then gets its TTL", () => {
  const object = partitionJob({ ttlSecondsAfterFinished: 60 }, finished);
  assertEquals(releaseOf(object, storedJob()), {
    metadata: { resourceVersion: "5", finalizers: [] },
    spec: { ttlSecondsAfterFinished: 60 },
  });
  const others = storedJob([], { finalizers: ["foregroundDeletion"] });
  assertEquals(releaseOf(object, others), {
    metadata: { resourceVersion: "5" },
    spec: { ttlSecondsAfterFinished: 60 },
  });
  assertEquals(releaseOf(partitionJob({}, finished), storedJob([], { finalizers: [] })), undefined);
});

Deno.test("a Job whose pod lingers expires after its result is stored, and creates no other pod", () => {
  const object = partitionJob({ ttlSecondsAfterFinished: 60 }, finished);
  const lingering: PartitionPod = { ...endedPod("a", 0), lingers: true };
  assertEquals(releaseOf(object, storedJob(), [lingering])?.spec, {
    ttlSecondsAfterFinished: 60,
    activeDeadlineSeconds: 1,
  });
  assertEquals(podsToStop(object, storedJob(), [lingering]), []);
  for (const type of ["Complete", "Failed"]) {
    assertEquals(releaseOf(object, storedJob([{ type }]), [lingering])?.spec, {
      ttlSecondsAfterFinished: 60,
    });
  }
});

Deno.test("a Job whose pod waits at the gate expires after the end of the deletion is stored", () => {
  const gated = pod("a", { state: "waiting", gates: [PARTITION.gate] });
  assertEquals(releaseOf(partitionJob({}, finished), storedJob(), [gated])?.spec, {
    activeDeadlineSeconds: 1,
  });
});

Deno.test("a lingering pod of a deletion that continues is deleted when its end is recorded", () => {
  const lingering: PartitionPod = { ...endedPod("a", 1), lingers: true };
  assertEquals(podsToStop(partitionJob(), storedJob(), [lingering]), []);
  const { metadata } = lingering;
  const released = { ...lingering, metadata: { ...metadata, finalizers: [] } };
  assertEquals(podsToStop(partitionJob(), storedJob(), [released, pod("b")]), [released]);
});

Deno.test("a Job that was deleted while it ran is released too, and gets no TTL", () => {
  const job = storedJob([], { deletionTimestamp: "2026-01-01T00:00:00Z" });
  assertEquals(releaseOf(partitionJob({ ttlSecondsAfterFinished: 60 }), job), {
    metadata: { resourceVersion: "5", finalizers: [] },
  });
});

Deno.test("a Job that was deleted while it ran keeps its finalizer until the end of its pod is stored", () => {
  const { endedAt: _, ...running } = attempt("a", 9, 4);
  const status = (recorded: typeof running) => ({
    observedGeneration: 1,
    phase: "Running" as const,
    tableName: "Orders",
    attempts: [recorded],
  });
  for (const own of [pod("a"), pod("a", { state: "waiting" })]) {
    assertEquals(releaseOf(partitionJob({}, status(running)), deleted, [own]), undefined);
    assertEquals(releaseOf(partitionJob(), deleted, [own]), undefined);
  }
  // This status was stored before the operator observed the end of the pod.
  const stale = partitionJob({}, status(running));
  assertEquals(releaseOf(stale, deleted, [endedPod("a", 0)]), undefined);
  const recorded = partitionJob({}, status(attempt("a", 9, 9)));
  for (const pods of [[endedPod("a", 0)], []]) {
    assertEquals(releaseOf(recorded, deleted, pods)?.metadata, {
      resourceVersion: "5",
      finalizers: [],
    });
  }
});

Deno.test("a Job that was deleted when it was complete keeps its finalizer until its pod is observed", () => {
  const { deletionTimestamp } = deleted.metadata;
  const complete = storedJob([{ type: "Complete" }], {
    ...(deletionTimestamp && { deletionTimestamp }),
  });
  assertEquals(releaseOf(partitionJob(), complete), undefined);
});

Deno.test("a pod keeps its finalizer until its end is in the stored status", () => {
  const { endedAt: _, ...running } = attempt("a", 9, 4);
  const status = { observedGeneration: 1, phase: "Running", tableName: "Orders" } as const;
  const recorded = partitionJob({}, { ...status, attempts: [attempt("a", 9, 9)] });
  const ended = endedPod("a", 0);
  assertEquals(podsToRelease(partitionJob(), [ended]), []);
  assertEquals(podsToRelease(partitionJob({}, { ...status, attempts: [running] }), [ended]), []);
  assertEquals(podsToRelease(recorded, [ended]), [ended]);
  assertEquals(podsToRelease(recorded, [pod("a"), pod("b"), pod("c", { state: "waiting" })]), []);
  assertEquals(podsToRelease(partitionJob({}, finished), [pod("a")]), [pod("a")]);
});

Deno.test("a pod whose attempt is summed up is released", () => {
  const created = (minute: number) => {
    const { metadata, ...rest } = endedPod("a", 1);
    return {
      ...rest,
      metadata: { ...metadata, creationTimestamp: `2026-01-01T00:0${minute}:00Z` },
    };
  };
  const earlierAttempts = {
    ...{ attempts: 3, podsUntil: "2026-01-01T00:05:00Z", itemsDeleted: 0, unprocessedRetries: 0 },
    ...{ throttledRequests: 0, consumedReadUnits: 0, consumedWriteUnits: 0 },
  };
  const status = { observedGeneration: 1, phase: "Running", tableName: "Orders" } as const;
  const object = partitionJob({}, { ...status, earlierAttempts });
  assertEquals(podsToRelease(object, [created(5), created(6)]), [created(5)]);
});

Deno.test("a pod that never runs and a foreign pod are released, but not the pods of a predecessor", () => {
  const never = pod("never", { state: "waiting", neverRuns: true });
  const foreign = pod("foreign");
  foreign.metadata.ownerReferences = [{
    ...{ apiVersion: "apps/v1", kind: "ReplicaSet", name: "x", uid: "r", controller: true },
  }];
  const former = pod("former");
  former.metadata.labels = { [PARTITION.uidLabel]: "uid-0" };
  assertEquals(podsToRelease(partitionJob(), [never, foreign, former]), [never, foreign]);
});

Deno.test("the pod of a deleted Job is deleted once; pods that are being deleted or orphaned are not", () => {
  const own = pod("a");
  assertEquals(podsToStop(partitionJob(), deleted, [own, endedPod("b", 1)]), [own]);
  const stopping = { ...own, metadata: { ...own.metadata, deletionTimestamp: "2026-01-01" } };
  const orphan = { ...own, metadata: { ...own.metadata, ownerReferences: [] } };
  assertEquals(podsToStop(partitionJob(), deleted, [stopping, orphan]), []);
  const orphaning = storedJob([], {
    deletionTimestamp: "2026-01-01T00:00:00Z",
    finalizers: ["orphan"],
  });
  assertEquals(podsToStop(partitionJob(), orphaning, [own]), []);
  assertEquals(podsToStop(partitionJob(), storedJob(), [own]), []);
  assertEquals(podsToStop(partitionJob({}, finished), deleted, [own]), []);
});

Deno.test("a pod at the gate is deleted if its Job is absent or being deleted, even if it is orphaned", () => {
  const gated = pod("a", { state: "waiting", gates: [PARTITION.gate] });
  const orphan = { ...gated, metadata: { ...gated.metadata, ownerReferences: [] } };
  const orphaning = storedJob([], {
    deletionTimestamp: "2026-01-01T00:00:00Z",
    finalizers: ["orphan"],
  });
  for (const job of [undefined, deleted, orphaning]) {
    assertEquals(abandonedPods(job, [gated, orphan, pod("b")]), [gated, orphan]);
  }
  const stopping = { ...gated, metadata: { ...gated.metadata, deletionTimestamp: "2026-01-01" } };
  assertEquals(abandonedPods(undefined, [stopping]), []);
  assertEquals(abandonedPods(storedJob(), [gated, orphan]), [orphan]);
  assertEquals(abandonedPods(storedJob([], { uid: "other" }), [gated]), []);
});
