// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { PARTITION } from "../../crds/labels.ts";
import type { PartitionAttempt } from "../../crds/kinds/partition_job.ts";
import type { PartitionJobSpec } from "../../crds/kinds/partition_job_spec.ts";
import type { Job } from "../../kube/builtin.ts";
import { secretName } from "./job.ts";
import { planPartition } from "./plan.ts";
import { REASON } from "./reasons.ts";
import type { PartitionPod } from "./pod.ts";
import { attempt, config, partitionJob, pod, storedJob } from "./testing/objects.ts";

const observe = (job?: Job, ...pods: PartitionPod[]) => ({
  job,
  pods,
  attempts: [],
  definedAt: "2025-12-01T00:00:00Z",
});
const nothing = observe();
const finished = { observedGeneration: 1, phase: "Succeeded", tableName: "Orders" } as const;

function stepOf(
  observed: Parameters<typeof planPartition>[1],
  spec: Partial<PartitionJobSpec> = {},
) {
  return planPartition(partitionJob(spec), observed, config).step;
}

Deno.test("a new object gets a Job", () => {
  assertEquals(stepOf(nothing), { do: "create" });
});

Deno.test("a finished object gets nothing, with or without its Job", () => {
  const object = partitionJob({ suspend: true }, finished);
  for (const observed of [nothing, observe(storedJob())]) {
    assertEquals(planPartition(object, observed, config), { step: { do: "nothing" } });
  }
});

Deno.test("a deletion that the last pod finished before its Job was deleted is not repeated", () => {
  const attempts = [attempt("a", 9, 9, 0, { exitCode: 0, outcome: "Deleted" })];
  const { step, endState } = planPartition(partitionJob(), { ...nothing, attempts }, config);
  assertEquals([step.do, endState?.phase], ["nothing", "Succeeded"]);
});

Deno.test("a complete Job without pods is the end, and no other Job is created", () => {
  for (const deletionTimestamp of [undefined, "2026-01-01T00:00:00Z"]) {
    const job = storedJob([{ type: "Complete" }], deletionTimestamp ? { deletionTimestamp } : {});
    const { step, endState } = planPartition(partitionJob(), observe(job), config);
    assertEquals([step.do, endState?.reason], ["nothing", "InternalError"]);
    const active = planPartition(partitionJob(), observe(job, pod("a")), config);
    assertEquals(active.endState, undefined);
  }
});

Deno.test("only suspend of an existing Job is changed, even if its template would differ now", () => {
  const job = storedJob();
  assertEquals(stepOf(observe(job)), { do: "nothing" });
  assertEquals(stepOf(observe(job), { suspend: true }), { do: "suspend", suspend: true });
  const other = { ...config, image: "dynamo-operator:2" };
  const plan = planPartition(partitionJob(), observe(job), other);
  assertEquals(plan.step, { do: "nothing" });
});

Deno.test("the Job is resumed only after the pod that is being stopped has ended", () => {
  const job = storedJob();
  job.spec = { ...job.spec, suspend: true, template: { ...job.spec?.template } };
  assertEquals(stepOf(observe(job, pod("a"))), { do: "nothing" });
  const ended = pod("a", { state: "ended" });
  assertEquals(stepOf(observe(job, ended)), { do: "suspend", suspend: false });
});

Deno.test("the missing Secret of a waiting pod is created again; a missing foreign Secret is not", () => {
  const waiting = (secret: string) => {
    const startError = `CreateContainerConfigError: secret "${secret}" not found`;
    return observe(storedJob(), pod("a", { state: "waiting", startError }));
  };
  const own = waiting(secretName(partitionJob()));
  assertEquals(stepOf(own), { do: "restoreSecret" });
  assertEquals(stepOf(waiting("aws")), { do: "nothing" });
  const paused = partitionJob();
  paused.metadata.annotations = { "nvidia.com/paused": "true" };
  assertEquals(planPartition(paused, own, config).step, { do: "nothing" });
});

Deno.test("a Job that is being deleted is not changed, and the next Job waits for its pod", () => {
  const job = storedJob([], { deletionTimestamp: "2026-01-01T00:00:00Z" });
  assertEquals(stepOf(observe(job, pod("a")), { suspend: true }), { do: "nothing" });
  const step = stepOf(observe(undefined, pod("a")));
  assertEquals(step.do === "wait" && step.reason, "WaitingForDeletion");
  assertEquals(stepOf(observe(undefined, pod("a", { state: "ended" }))).do, "create");
});

Deno.test("a foreign Job is a conflict; the object waits for the Job of a predecessor", () => {
  const foreign = storedJob([], { ownerReferences: [] });
  const conflict = stepOf(observe(foreign));
  assertEquals(conflict.do === "wait" && conflict.reason, "NameConflict");
  const [owner] = storedJob().metadata.ownerReferences ?? [];
  const former = storedJob([], { ownerReferences: owner ? [{ ...owner, uid: "uid-0" }] : [] });
  const waiting = stepOf(observe(former));
  assertEquals(waiting.do === "wait" && waiting.reason, "WaitingForDeletion");
});

Deno.test("without an image the object waits, with a reason", () => {
  const { step } = planPartition(partitionJob(), nothing, { ...config, image: "" });
  assertEquals(step.do === "wait" && step.reason, "JobImageMissing");
});

Deno.test("a table that is not allowed fails before a Job is created; a running Job continues", () => {
  const strict = { ...config, tableAllow: ["Invoices"] };
  const { step, endState } = planPartition(partitionJob(), nothing, strict);
  assertEquals([step.do, endState?.reason], ["nothing", "TableNotAllowed"]);
  const begun = planPartition(partitionJob(), observe(storedJob()), strict);
  assertEquals(begun.endState, undefined);
});

Deno.test("a paused object gets no Job, and its Job is not changed", () => {
  const paused = partitionJob({ suspend: true });
  paused.metadata.annotations = { "nvidia.com/paused": "true" };
  for (const observed of [nothing, observe(storedJob())]) {
    assertEquals(planPartition(paused, observed, config).step, { do: "nothing" });
  }
});

Deno.test("after all earlier pods have ended, a limited pod is admitted with the number of items that they left", () => {
  const gated = pod("b", { state: "waiting", gates: [PARTITION.gate] });
  const ended = pod("a", { state: "ended" });
  const spec = { maxItems: 100 };
  const attempts = [attempt("a", 90, 40, 5)];
  const observed = { ...observe(storedJob(), ended, gated), attempts };
  assertEquals(stepOf(observed, spec), { do: "admit", pod: gated, maxItems: 55 });
  assertEquals(stepOf(observe(storedJob(), pod("a"), gated), spec), { do: "nothing" });
  assertEquals(stepOf(observe(storedJob(), pod("a")), spec), { do: "nothing" });
  const paused = partitionJob(spec);
  paused.metadata.annotations = { "nvidia.com/paused": "true" };
  assertEquals(planPartition(paused, observed, config).step, { do: "nothing" });
});

Deno.test("if a pod without a report may have used up maxItems, the deletion ends with ReportMissing", () => {
  const gated = pod("b", { state: "waiting", gates: [PARTITION.gate] });
  const planFor = (change: Partial<PartitionAttempt>) => {
    const attempts = [attempt("a", undefined, 0, 0, change)];
    const observed = { ...observe(storedJob(), gated), attempts };
    return planPartition(partitionJob({ maxItems: 100 }), observed, config);
  };
  const { step, endState } = planFor({ reported: false, itemsPermitted: 100 });
  assertEquals([step.do, endState?.phase, endState?.reason], [
    "nothing",
    "Failed",
    REASON.reportMissing,
  ]);
  assertEquals(planFor({ reported: false, itemsPermitted: 0 }).step, {
    ...{ do: "admit", pod: gated, maxItems: 100 },
  });
  // The reports show that `maxItems` items were deleted, so the next pod only verifies that the partition is empty.
  assertEquals(planFor({ itemsDeleted: 100 }).step, { do: "admit", pod: gated, maxItems: 0 });
});
