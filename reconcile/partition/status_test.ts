// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertStringIncludes } from "@std/assert";
import type { PartitionJobStatus } from "../../crds/kinds/partition_job.ts";
import { partitionStatus, type PartitionView } from "./status.ts";
import { attempt, partitionJob, pod, storedJob } from "./testing/objects.ts";

const NOW = "2026-01-02T00:00:00Z";

function status(change: Partial<PartitionView> = {}): PartitionJobStatus {
  return partitionStatus({
    object: partitionJob(),
    observed: { job: undefined, pods: [] },
    plan: { step: { do: "nothing" } },
    attempts: [],
    ...change,
  }, NOW);
}

function condition({ conditions = [] }: PartitionJobStatus, type: string) {
  const found = conditions.find((condition) => condition.type === type);
  return found && `${found.status} ${found.reason}`;
}

const running = {
  observed: { job: storedJob(), pods: [pod("a", { startedAt: "2026-01-01T00:00:00Z" })] },
  attempts: [attempt("a", 300, 120, 0, { phase: "Deleting", reported: false })],
};
const { endedAt: _, ...underWay } = running.attempts[0] ?? attempt("a", 0, 0);

Deno.test("before its first pod runs a partition job is pending, and tells what keeps the pod", () => {
  assertEquals(status().phase, "Pending");
  const trouble = 'ImagePullBackOff: cannot pull "x"';
  const waiting = { job: storedJob(), pods: [pod("a", { state: "waiting", trouble })] };
  const { phase, message, jobName } = status({ observed: waiting });
  assertEquals([phase, jobName], ["Pending", "orders-job"]);
  assertStringIncludes(message ?? "", trouble);
});

Deno.test("a Job that gets no pod is where to look for the reason", () => {
  const now = status({ observed: { job: storedJob(), pods: [] } });
  assertStringIncludes(now.message ?? "", "kubectl describe job orders-job");
  assertEquals(status().message, "Waiting for the first pod");
});

Deno.test("while its pod runs it tells how far that is", () => {
  const now = status({ ...running, attempts: [underWay] });
  assertEquals([now.phase, now.itemsFound, now.itemsDeleted], ["Running", 300, 120]);
  assertEquals([now.startTime, now.completionTime], ["2026-01-01T00:00:00Z", undefined]);
  assertEquals(now.message, "120 of 300 items deleted");
  assertEquals(["Complete", "Failed", "Progressing"].map((type) => condition(now, type)), [
    "False Deleting",
    "False Deleting",
    "True Deleting",
  ]);
});

Deno.test("between two pods it runs still, and tells why the last one ended", () => {
  const ended = attempt("a", 300, 120, 0, { outcome: "Unavailable", message: "No answer" });
  const now = status({ attempts: [ended], observed: { job: storedJob(), pods: [] } });
  assertEquals([now.phase, condition(now, "Progressing")], ["Running", "True Retrying"]);
  assertEquals(now.message, "The last pod ended early: No answer; 120 of 300 items deleted");
});

Deno.test("it is suspended when its pod has stopped, not before", () => {
  const object = partitionJob({ suspend: true });
  const stopping = status({ ...running, object, attempts: [underWay] });
  assertEquals([stopping.phase, condition(stopping, "Progressing")], [
    "Running",
    "True Suspending",
  ]);
  const stopped = status({ ...running, object, observed: { job: storedJob(), pods: [] } });
  assertEquals([stopped.phase, condition(stopped, "Complete")], ["Suspended", "False Suspended"]);
});

Deno.test("a success tells how much was deleted, a dry run how much would be", () => {
  const attempts = [attempt("a", 300, 300, 0, { endedAt: "2026-01-01T00:05:00Z" })];
  const step = { do: "nothing" } as const;
  const done = status({
    attempts,
    plan: { step, verdict: { phase: "Succeeded", reason: "Deleted" } },
  });
  assertEquals([done.phase, condition(done, "Complete")], ["Succeeded", "True Deleted"]);
  assertEquals(done.message, 'Deleted 300 items from table "Orders"');
  assertEquals(done.completionTime, "2026-01-01T00:05:00Z");
  const counted = status({
    attempts: [attempt("a", 1, 0)],
    plan: { step, verdict: { phase: "Succeeded", reason: "Counted" } },
  });
  assertEquals(counted.message, 'Table "Orders" has 1 item in the partition; none was deleted');
});

Deno.test("a failure tells its reason and what was deleted all the same", () => {
  const verdict = { phase: "Failed", reason: "Throttled", message: "Too fast" } as const;
  const failed = status({
    attempts: [attempt("a", 300, 120)],
    plan: { step: { do: "nothing" }, verdict },
  });
  assertEquals([failed.phase, condition(failed, "Failed")], ["Failed", "True Throttled"]);
  assertEquals(failed.message, "Too fast; 120 items had been deleted");
});

Deno.test("once it tells of the end nothing changes it any more but the generation it was looked at", () => {
  const before = status({
    attempts: [attempt("a", 3, 3)],
    plan: { step: { do: "nothing" }, verdict: { phase: "Succeeded", reason: "Deleted" } },
  });
  const object = partitionJob({ suspend: true }, before);
  object.metadata.generation = 2;
  assertEquals(status({ object, ...running }), { ...before, observedGeneration: 2 });
});

Deno.test("what stands in the way is told with its reason", () => {
  const step = { do: "wait", reason: "NameConflict", message: 'Job "orders-job" exists' } as const;
  const blocked = status({ plan: { step } });
  assertEquals(condition(blocked, "NameConflict"), "True NameConflict");
  assertEquals(condition(blocked, "Progressing"), "False NameConflict");
  const refused = status({ failure: "exceeded quota" });
  assertEquals([refused.message, condition(refused, "Progressing")], [
    "exceeded quota",
    "False JobRefused",
  ]);
});

Deno.test("the table is told whichever way the spec gives it", () => {
  const object = partitionJob();
  object.spec = { ddbCtlDpJob: { tableName: "Nested", partitionValue: "x" } };
  assertEquals(status({ object }).tableName, "Nested");
});

Deno.test("what has begun stays so while something is in its way", () => {
  const step = { do: "wait", reason: "WaitingForDeletion", message: "Still going" } as const;
  const attempts = [attempt("a", 9, 4)];
  const again = status({ attempts, plan: { step } });
  assertEquals([again.phase, condition(again, "Progressing")], [
    "Running",
    "True WaitingForDeletion",
  ]);
  assertEquals(status({ plan: { step } }).phase, "Pending");
});
