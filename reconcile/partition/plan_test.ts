// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { PartitionJobSpec } from "../../crds/kinds/partition_job_spec.ts";
import { planPartition } from "./plan.ts";
import { secretName } from "./secret.ts";
import { attempt, config, partitionJob, pod, storedJob } from "./testing/objects.ts";

const nothing = { job: undefined, pods: [] };
const finished = { observedGeneration: 1, phase: "Succeeded", tableName: "Orders" } as const;

function stepOf(
  observed: Parameters<typeof planPartition>[1],
  spec: Partial<PartitionJobSpec> = {},
) {
  return planPartition(partitionJob(spec), observed, [], config).step;
}

Deno.test("a new object gets a Job", () => {
  assertEquals(stepOf(nothing), { do: "create" });
});

Deno.test("a finished one gets nothing any more, with or without its Job", () => {
  const object = partitionJob({ suspend: true }, finished);
  for (const observed of [nothing, { job: storedJob(), pods: [] }]) {
    assertEquals(planPartition(object, observed, [], config), { step: { do: "nothing" } });
  }
});

Deno.test("what the last pod did before its Job was deleted is not done again", () => {
  const attempts = [attempt("a", 9, 9, 0, { exitCode: 0, outcome: "Deleted" })];
  const { step, verdict } = planPartition(partitionJob(), nothing, attempts, config);
  assertEquals([step.do, verdict?.phase], ["nothing", "Succeeded"]);
});

Deno.test("a complete Job of which no pod is left is the end, and no other is made", () => {
  for (const deletionTimestamp of [undefined, "2026-01-01T00:00:00Z"]) {
    const job = storedJob([{ type: "Complete" }], deletionTimestamp ? { deletionTimestamp } : {});
    const { step, verdict } = planPartition(partitionJob(), { job, pods: [] }, [], config);
    assertEquals([step.do, verdict?.reason], ["nothing", "InternalError"]);
    const active = planPartition(partitionJob(), { job, pods: [pod("a")] }, [], config);
    assertEquals(active.verdict, undefined);
  }
});

Deno.test("its Job follows suspend and nothing else, whatever the template would be by now", () => {
  const job = storedJob();
  assertEquals(stepOf({ job, pods: [] }), { do: "nothing" });
  assertEquals(stepOf({ job, pods: [] }, { suspend: true }), { do: "suspend", suspend: true });
  const other = { ...config, image: "dynamo-operator:2" };
  const plan = planPartition(partitionJob(), { job, pods: [] }, [], other);
  assertEquals(plan.step, { do: "nothing" });
});

Deno.test("it is resumed when the end of the pod that was being stopped is known, not before", () => {
  const job = storedJob();
  job.spec = { ...job.spec, suspend: true, template: { ...job.spec?.template } };
  assertEquals(stepOf({ job, pods: [pod("a")] }), { do: "nothing" });
  const ended = pod("a", { state: "ended" });
  assertEquals(stepOf({ job, pods: [ended] }), { do: "suspend", suspend: false });
});

Deno.test("the Secret of a pod that cannot start without it is made again, and no other is missed", () => {
  const waiting = (secret: string) => {
    const trouble = `CreateContainerConfigError: secret "${secret}" not found`;
    return { job: storedJob(), pods: [pod("a", { state: "waiting", trouble })] };
  };
  const own = waiting(secretName(partitionJob()));
  assertEquals(stepOf(own), { do: "restoreSecret" });
  assertEquals(stepOf(waiting("aws")), { do: "nothing" });
  const paused = partitionJob();
  paused.metadata.annotations = { "nvidia.com/paused": "true" };
  assertEquals(planPartition(paused, own, [], config).step, { do: "nothing" });
});

Deno.test("a Job that is being deleted is not changed, and its successor waits for its pod", () => {
  const job = storedJob([], { deletionTimestamp: "2026-01-01T00:00:00Z" });
  assertEquals(stepOf({ job, pods: [pod("a")] }, { suspend: true }), { do: "nothing" });
  const step = stepOf({ job: undefined, pods: [pod("a")] });
  assertEquals(step.do === "wait" && step.reason, "WaitingForDeletion");
  assertEquals(stepOf({ job: undefined, pods: [pod("a", { state: "ended" })] }).do, "create");
});

Deno.test("somebody else's Job is a conflict, a predecessor's is waited for", () => {
  const foreign = storedJob([], { ownerReferences: [] });
  const conflict = stepOf({ job: foreign, pods: [] });
  assertEquals(conflict.do === "wait" && conflict.reason, "NameConflict");
  const [owner] = storedJob().metadata.ownerReferences ?? [];
  const former = storedJob([], { ownerReferences: owner ? [{ ...owner, uid: "uid-0" }] : [] });
  const waiting = stepOf({ job: former, pods: [] });
  assertEquals(waiting.do === "wait" && waiting.reason, "WaitingForDeletion");
});

Deno.test("without an image nothing is made and the status says how to get one", () => {
  const { step } = planPartition(partitionJob(), nothing, [], { ...config, image: "" });
  assertEquals(step.do === "wait" && step.reason, "JobImageMissing");
});

Deno.test("a table that is not allowed fails before anything is made; a Job that runs goes on", () => {
  const strict = { ...config, tableAllow: ["Invoices"] };
  const { step, verdict } = planPartition(partitionJob(), nothing, [], strict);
  assertEquals([step.do, verdict?.reason], ["nothing", "TableNotAllowed"]);
  const begun = planPartition(partitionJob(), { job: storedJob(), pods: [] }, [], strict);
  assertEquals(begun.verdict, undefined);
});

Deno.test("a paused object gets no Job, and its Job is not changed", () => {
  const paused = partitionJob({ suspend: true });
  paused.metadata.annotations = { "nvidia.com/paused": "true" };
  for (const observed of [nothing, { job: storedJob(), pods: [] }]) {
    assertEquals(planPartition(paused, observed, [], config).step, { do: "nothing" });
  }
});
