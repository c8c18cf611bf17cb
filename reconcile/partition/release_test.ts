// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { DdbctlDpJob } from "../../crds/partition_job.ts";
import type { Job } from "../../kube/builtin.ts";
import type { PartitionPod } from "./pod.ts";
import { podsToStop, releaseOf as releasing } from "./release.ts";
import { attempt, endedPod, partitionJob, pod, storedJob } from "./testing/objects.ts";

const releaseOf = (stored: DdbctlDpJob, job: Job, pods: PartitionPod[] = []) =>
  releasing(stored, job, pods);
const deleted = storedJob([], { deletionTimestamp: "2026-01-01T00:00:00Z" });
const finished = { observedGeneration: 1, phase: "Failed", tableName: "Orders" } as const;

Deno.test("a Job is held until the end is in the stored status, however complete it is", () => {
  const complete = storedJob([{ type: "Complete" }]);
  assertEquals(releaseOf(partitionJob({ ttlSecondsAfterFinished: 60 }), complete), undefined);
});

Deno.test("then it is let go, and only then it gets its time to live", () => {
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

Deno.test("a Job that was deleted in mid-run is let go too, and gets no time to live", () => {
  const job = storedJob([], { deletionTimestamp: "2026-01-01T00:00:00Z" });
  assertEquals(releaseOf(partitionJob({ ttlSecondsAfterFinished: 60 }), job), {
    metadata: { resourceVersion: "5", finalizers: [] },
  });
});

Deno.test("a Job that was deleted in mid-run is held until the end of its pod is stored", () => {
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
  // Whoever has stored this status did not know the end yet.
  const stale = partitionJob({}, status(running));
  assertEquals(releaseOf(stale, deleted, [endedPod("a", 0)]), undefined);
  const told = partitionJob({}, status(attempt("a", 9, 9)));
  for (const pods of [[endedPod("a", 0)], []]) {
    assertEquals(releaseOf(told, deleted, pods)?.metadata, {
      resourceVersion: "5",
      finalizers: [],
    });
  }
});

Deno.test("its pod is stopped once, those of other Jobs and orphaned ones are not", () => {
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
