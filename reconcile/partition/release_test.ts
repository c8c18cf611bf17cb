// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { releaseOf } from "./release.ts";
import { partitionJob, storedJob } from "./testing/objects.ts";

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
