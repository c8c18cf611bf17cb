import { z } from "zod";
import { conditions } from "../fields/condition.ts";
import { AGE, type CustomKind } from "../custom_kind.ts";
import type { CustomObject } from "../custom_object.ts";
import { count, generation } from "../fields/integer.ts";
import { ddbctlDpJobNames } from "../names.ts";
import { type PartitionJobSpec, partitionJobSpec } from "./partition_job_spec.ts";
import { specIsRequired } from "../fields/spec_is_required.ts";

const PHASES = ["Pending", "Running", "Succeeded", "Failed", "Suspended"] as const;
/** Attempts that are kept one by one; older ones are summed up. */
const MOST_ATTEMPTS = 64;

function total(description: string) {
  return z.int().meta({ format: "int64", minimum: 0, description });
}

function units(description: string) {
  return z.number().meta({ minimum: 0, description });
}

function time(description: string) {
  return z.string().meta({ format: "date-time", maxLength: 64, description });
}

/** What one run, or several together, did. */
const figures = {
  itemsDeleted: total("Items deleted for certain."),
  unprocessedRetries: total("Requests that DynamoDB handed back and that were sent again."),
  throttledRequests: total("Requests that DynamoDB refused for going too fast."),
  consumedReadUnits: units("Read units that DynamoDB charged."),
  consumedWriteUnits: units("Write units that DynamoDB charged."),
};

const attempt = z.object({
  pod: z.string().meta({ maxLength: 253, description: "Pod that made the attempt." }),
  endedAt: time("When it ended; absent while it runs.").optional(),
  reported: z.boolean().describe(
    "Its last words were read; without them the figures are those of the last look at it.",
  ).optional(),
  exitCode: z.int().meta({ format: "int32", description: "How it ended." }).optional(),
  outcome: z.string().meta({ maxLength: 64, description: "What it says of its end." }).optional(),
  message: z.string().meta({ maxLength: 1024, description: "The same for people." }).optional(),
  phase: z.string().meta({ maxLength: 64, description: "What it last said it was doing." })
    .optional(),
  itemsFound: total("Items in the partition when it began.").optional(),
  itemsInFlight: total("Deletions sent whose answer it did not get."),
  ...figures,
}).describe("One pod's run.");

const earlier = z.object({
  attempts: count("How many."),
  podsUntil: time("Pods that were created until then are among them, though they are still there.")
    .optional(),
  ...figures,
}).describe(
  "Attempts before those that are listed.",
);

const partitionJobStatus = z.object({
  observedGeneration: generation("Generation that this status was computed from."),
  phase: z.enum(PHASES).describe("Pending, Running, Succeeded, Failed or Suspended."),
  tableName: z.string().meta({
    maxLength: 512,
    description: "The table, whichever way the spec gives it.",
  }),
  jobName: z.string().meta({ maxLength: 63, description: "The Job that does the work." })
    .optional(),
  startTime: time("When the first pod started.").optional(),
  completionTime: time("When the work ended, well or not.").optional(),
  itemsFound: total("Items in the partition when the work began.").optional(),
  itemsDeleted: total("Items deleted by all attempts together.").optional(),
  unprocessedRetries: figures.unprocessedRetries.optional(),
  throttledRequests: figures.throttledRequests.optional(),
  consumedReadUnits: figures.consumedReadUnits.optional(),
  consumedWriteUnits: figures.consumedWriteUnits.optional(),
  message: z.string().meta({
    maxLength: 2048,
    description: "How far it is, or how it ended and what to do.",
  }).optional(),
  attempts: z.array(attempt).meta({
    maxItems: MOST_ATTEMPTS,
    description: "Runs of pods, oldest first.",
  }).optional(),
  earlierAttempts: earlier.optional(),
  conditions: conditions("Complete, Failed and Progressing, each with its reason.").optional(),
}).describe("How far the deletion is.");

export type PartitionJobStatus = z.input<typeof partitionJobStatus>;
export type PartitionAttempt = z.input<typeof attempt>;
export type EarlierAttempts = z.input<typeof earlier>;

/** Deletes every item of one partition of a DynamoDB table. */
export interface DdbctlDpJob extends CustomObject {
  spec: PartitionJobSpec;
  status?: PartitionJobStatus;
}

export const ddbctlDpJob: CustomKind = {
  names: ddbctlDpJobNames,
  shortNames: ["ddp"],
  versions: [
    {
      name: "v1alpha1",
      served: true,
      storage: true,
      description: "Deletes every item of one partition of a DynamoDB table, once.",
      spec: partitionJobSpec,
      status: partitionJobStatus,
      rules: [specIsRequired("spec.tableName and spec.partitionValue")],
      columns: [
        { name: "Table", type: "string", jsonPath: ".status.tableName", description: "The table." },
        {
          name: "Phase",
          type: "string",
          jsonPath: ".status.phase",
          description: "Pending, Running, Succeeded, Failed or Suspended.",
        },
        {
          name: "Deleted",
          type: "integer",
          jsonPath: ".status.itemsDeleted",
          description: "Items deleted so far.",
        },
        AGE,
      ],
    },
  ],
};
