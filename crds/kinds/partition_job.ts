import { z } from "zod";
import { conditions, observedGeneration, unobserved } from "../fields/condition.ts";
import { AGE, column, type CustomKind, V1ALPHA1 } from "../custom_kind.ts";
import type { CustomObject } from "../custom_object.ts";
import { count, int64 } from "../fields/basic_types.ts";
import { PARTITION } from "../labels.ts";
import { ddbctlDpJobNames } from "../names.ts";
import { type PartitionJobSpec, partitionJobSpec } from "./partition_job_spec.ts";
import { specIsRequired } from "../fields/rules.ts";

const PHASES = ["Pending", "Running", "Succeeded", "Failed", "Suspended"] as const;
/** Maximum number of attempts in `status.attempts`. Field `earlierAttempts` contains the totals of older attempts. */
const MOST_ATTEMPTS = 64;

function units(description: string) {
  return z.number().meta({ minimum: 0, description });
}

function text(description: string, maxLength: number) {
  return z.string().meta({ maxLength, description });
}

function time(description: string) {
  return z.string().meta({ format: "date-time", maxLength: 64, description });
}

/** Counts of items, requests and capacity units, for one attempt or for several attempts together. */
const figures = {
  itemsDeleted: int64("Number of items whose deletion DynamoDB confirmed."),
  unprocessedRetries: int64("Number of batches whose unprocessed items were sent again."),
  throttledRequests: int64("Number of requests that DynamoDB throttled."),
  consumedReadUnits: units("Read capacity units that DynamoDB charged."),
  consumedWriteUnits: units("Write capacity units that DynamoDB charged."),
};

const attempt = z.object({
  pod: text("Name of the pod.", 253),
  endedAt: time("Time when the pod terminated. Absent while the pod runs.").optional(),
  reported: z.boolean().describe(
    "Whether the operator has read the final report of the pod. If not, the counts are from the last progress report of the pod.",
  ).optional(),
  exitCode: z.int().meta({ format: "int32", description: "Exit code of the pod." }).optional(),
  outcome: text("Outcome in the final report of the pod.", 64).optional(),
  message: text("Details of the outcome, for users.", 1024).optional(),
  phase: text("Phase in the last progress report of the pod.", 64).optional(),
  itemsFound: int64("Number of items in the partition when the attempt began.").optional(),
  itemsInFlight: int64("Number of deletions that were sent and are not confirmed yet."),
  itemsPermitted: int64(
    "Upper bound of the number of items that the pod deleted; 0 if its container never started. Absent if maxItems is not set.",
  ).optional(),
  ...figures,
}).describe("An attempt: one pod of the Job.");

const earlier = z.object({
  attempts: count("Number of older attempts."),
  podsUntil: time(
    "Creation time of the newest pod whose counts are in these totals. The operator does not add the counts of an older pod again, even if the pod still exists.",
  ).optional(),
  itemsCharged: int64(
    "Number of items that count towards maxItems: deletions that were sent, and everything that a pod without a final report was permitted to delete. Absent if maxItems is not set.",
  ).optional(),
  ...figures,
}).describe("Totals of the older attempts that are not listed in attempts.");

const partitionJobStatus = z.object({
  observedGeneration: observedGeneration(
    "Generation of the object that the status describes; -1 before the first status.",
  ),
  phase: z.enum(PHASES).describe("Phase: Pending, Running, Succeeded, Failed or Suspended."),
  tableName: text("Name or ARN of the table.", 512),
  jobName: text("Name of the Job that deletes the partition.", 63).optional(),
  startTime: time("Time when the first pod started.").optional(),
  completionTime: time("Time when the deletion succeeded or failed.").optional(),
  itemsFound: int64("Number of items in the partition when the deletion began.").optional(),
  itemsDeleted: int64("Number of items that all attempts deleted.").optional(),
  unprocessedRetries: figures.unprocessedRetries.optional(),
  throttledRequests: figures.throttledRequests.optional(),
  consumedReadUnits: figures.consumedReadUnits.optional(),
  consumedWriteUnits: figures.consumedWriteUnits.optional(),
  message: text("Progress or result of the deletion. After a failure, it names the remedy.", 2048)
    .optional(),
  attempts: z.array(attempt).meta({
    maxItems: MOST_ATTEMPTS,
    description: "The latest attempts, oldest first.",
  }).optional(),
  earlierAttempts: earlier.optional(),
  conditions: conditions("Conditions: Complete, Failed and Progressing.").optional(),
}).meta({
  description: "Observed state of the deletion.",
  ...unobserved({ phase: "Pending", tableName: "" }),
});

/** The observed state of a partition deletion. */
export type PartitionJobStatus = z.input<typeof partitionJobStatus>;
/** One attempt of a partition deletion: one pod of the Job. */
export type PartitionAttempt = z.input<typeof attempt>;
/** Totals of the older attempts that are not in `status.attempts`. */
export type EarlierAttempts = z.input<typeof earlier>;

/** A partition deletion: the operator deletes all items of one partition of a DynamoDB table. */
export interface DdbctlDpJob extends CustomObject {
  spec: PartitionJobSpec;
  status?: PartitionJobStatus;
}

/** The API of DdbctlDpJob. */
export const ddbctlDpJob: CustomKind = {
  names: ddbctlDpJobNames,
  shortNames: ["ddp"],
  // Distinguishes this CRD from another program's CRD with the same name, see reconcile/partition/definition_time.ts.
  annotations: { [PARTITION.definitionAnnotation]: "dynamo-operator" },
  versions: [{
    ...V1ALPHA1,
    description: "Deletes all items of one partition of a DynamoDB table, once.",
    spec: partitionJobSpec,
    status: partitionJobStatus,
    rules: [specIsRequired("spec.tableName and spec.partitionValue")],
    columns: [
      column("Table", ".status.tableName", "Name or ARN of the table."),
      column("Phase", ".status.phase", "Phase: Pending, Running, Succeeded, Failed or Suspended."),
      column("Deleted", ".status.itemsDeleted", "Number of items deleted so far.", "integer"),
      AGE,
    ],
  }],
};
