// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertStringIncludes } from "@std/assert";
import { openApiSchema } from "../../crds/json_schema.ts";
import {
  type DdbctlDpJob,
  ddbctlDpJob,
  type PartitionJobStatus,
} from "../../crds/kinds/partition_job.ts";
import { isUndecided } from "./approval.ts";
import { PARTITION } from "../../crds/labels.ts";
import type { PartitionObserved } from "./observed.ts";
import { planPartition } from "./plan.ts";
import { partitionStatus, statusEvents } from "./status.ts";
import { attempt, config, partitionJob, storedJob } from "./testing/objects.ts";

const NOW = "2026-02-01T00:00:00Z";
const [EARLIER, CREATED, LATER] = [
  "2025-12-31T23:59:59Z",
  "2026-01-01T00:00:00Z",
  "2026-01-01T00:00:01Z",
];
const observe = (definedAt?: string) => ({ job: undefined, pods: [], attempts: [], definedAt });

function approved(object: DdbctlDpJob): DdbctlDpJob {
  const annotations = { [PARTITION.approvedAnnotation]: "true" };
  return { ...object, metadata: { ...object.metadata, annotations } };
}

function statusOf(
  object: DdbctlDpJob,
  observed: PartitionObserved = observe(LATER),
): PartitionJobStatus {
  const plan = planPartition(object, observed, config);
  return partitionStatus({ object, observed, plan }, NOW);
}

Deno.test("an object that was created with or after the operator's CRD runs without approval", () => {
  for (const definedAt of [EARLIER, CREATED]) {
    assertEquals(planPartition(partitionJob(), observe(definedAt), config).step.do, "create");
  }
});

Deno.test("an object that is older than the operator's CRD waits for approval, and its status names the command", () => {
  const status = statusOf(partitionJob());
  assertEquals(status.phase, "Pending");
  const condition = status.conditions?.find(({ type }) => type === "AwaitingApproval");
  assertEquals(condition?.status, "True");
  assertStringIncludes(
    condition?.message ?? "",
    `kubectl annotate ddp orders --namespace team ${PARTITION.approvedAnnotation}=true`,
  );
  assertEquals(statusEvents(undefined, status).map(({ reason }) => reason), ["AwaitingApproval"]);
  assertEquals(statusEvents(status, status), []);
});

Deno.test("a status that this operator has not written, such as the default of the CRD, is not an approval", () => {
  const preset = ddbctlDpJob.versions[0]?.status;
  const statuses = [preset && openApiSchema(preset).default, {}];
  for (const status of statuses) {
    const object = { ...partitionJob(), status: JSON.parse(JSON.stringify(status)) };
    assertEquals(isUndecided(object), true);
    const { step } = planPartition(object, observe(LATER), config);
    assertEquals(step.do === "wait" && step.reason, "AwaitingApproval");
    assertEquals(planPartition(object, observe(EARLIER), config).step.do, "create");
  }
});

Deno.test("while the age of the CRD is unknown an object waits, and the CRD is read again", () => {
  const status = statusOf(partitionJob(), observe());
  const condition = status.conditions?.find(({ type }) => type === "AwaitingApproval");
  assertEquals([condition?.status, condition?.reason], ["True", "AgeUnknown"]);
  const waiting = partitionJob({}, status);
  assertEquals(isUndecided(waiting), true);
  const { step } = planPartition(waiting, observe(), config);
  assertEquals(step.do === "wait" && step.pollMs, 30_000);
  assertEquals(planPartition(waiting, observe(EARLIER), config).step.do, "create");
  const older = partitionJob({}, statusOf(waiting, observe(LATER)));
  assertEquals(isUndecided(older), false);
  const kept = planPartition(older, observe(EARLIER), config).step;
  assertEquals(kept.do === "wait" && kept.reason, "AwaitingApproval");
});

Deno.test("a Job of another program is recorded even if the age of the CRD is unknown, and outlasts the Job", () => {
  const job = storedJob([], { labels: {}, finalizers: [] });
  const status = statusOf(partitionJob(), { ...observe(), job });
  assertEquals(
    status.conditions?.find(({ type }) => type === "AwaitingApproval")?.reason,
    "AwaitingApproval",
  );
  const { step } = planPartition(partitionJob({}, status), observe(EARLIER), config);
  assertEquals(step.do === "wait" && step.reason, "AwaitingApproval");
});

Deno.test("the wait for approval lasts until the annotation is set, regardless of later observations", () => {
  const waiting = partitionJob({}, statusOf(partitionJob()));
  for (const observed of [observe(), observe(EARLIER)]) {
    const { step } = planPartition(waiting, observed, config);
    assertEquals(step.do === "wait" && step.reason, "AwaitingApproval");
  }
  assertEquals(planPartition(approved(waiting), observe(), config).step.do, "create");
});

Deno.test("a pause does not end the wait for approval", () => {
  const object = partitionJob();
  object.metadata.annotations = { "nvidia.com/paused": "true" };
  const status = statusOf(object);
  assertEquals(status.conditions?.some(({ type }) => type === "AwaitingApproval"), true);
});

Deno.test("a deletion that this operator has started continues without approval", () => {
  const started = { ...observe(), job: storedJob() };
  assertEquals(planPartition(partitionJob(), started, config).step.do, "nothing");
  const attempts = [attempt("a", 9, 4)];
  assertEquals(planPartition(partitionJob(), { ...observe(), attempts }, config).step.do, "create");
  const pending: PartitionJobStatus = {
    observedGeneration: 1,
    phase: "Pending",
    tableName: "Orders",
  };
  assertEquals(planPartition(partitionJob({}, pending), observe(), config).step.do, "create");
});

Deno.test("a Job that another program created for the object needs approval, and then its deletion", () => {
  const job = storedJob([], { labels: {}, finalizers: [] });
  const step = planPartition(partitionJob(), { ...observe(EARLIER), job }, config).step;
  assertEquals(step.do === "wait" && step.reason, "AwaitingApproval");
  const later = planPartition(approved(partitionJob()), { ...observe(EARLIER), job }, config).step;
  assertEquals(later.do === "wait" && later.reason, "NameConflict");
});
