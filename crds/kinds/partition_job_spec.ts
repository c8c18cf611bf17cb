import { z } from "zod";
import { count } from "../fields/integer.ts";
import { partitionJobRules } from "./partition_job_rules.ts";
import { rules } from "../fields/rules.ts";

const TABLE_NAME =
  "^([a-zA-Z0-9_.-]{3,255}|arn:[a-z0-9-]+:dynamodb:[a-z0-9-]+:[0-9]{12}:table/[a-zA-Z0-9_.-]{3,255})$";
const OBJECT_NAME = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$";
/** A key of 2048 bytes as base64, see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html */
const LONGEST_KEY = 2732;

/** What is deleted; the same fields in both shapes of the spec. */
const target = {
  tableName: z.string().meta({
    maxLength: 512,
    pattern: TABLE_NAME,
    description: "The table, by name or by ARN.",
  }),
  partitionValue: z.string().meta({
    minLength: 1,
    maxLength: LONGEST_KEY,
    // It is handed over in an environment variable, which ends at such a character.
    pattern: "^[^\\x00]+$",
    description:
      "Value of the partition key. A number is taken exactly as written; a binary key is given as base64.",
  }),
  awsRegion: z.string().meta({
    maxLength: 64,
    pattern: "^[a-z0-9-]*$",
    description:
      "Region of the table; AWS_REGION, AWS_DEFAULT_REGION and us-east-1, in this order, where it is absent or empty.",
  }).optional(),
  endpointURL: z.string().meta({
    maxLength: 2048,
    pattern: "^(https?://\\S+)?$",
    description: "Endpoint instead of that of the region; absent or empty is the region's.",
  }).optional(),
};

function objectName(description: string) {
  return z.string().meta({ minLength: 1, maxLength: 253, pattern: OBJECT_NAME, description });
}

function positive(description: string) {
  return z.int().meta({ format: "int64", minimum: 1, maximum: 9007199254740991, description });
}

export const partitionJobSpec = z.object({
  tableName: target.tableName.optional(),
  partitionValue: target.partitionValue.optional(),
  awsRegion: target.awsRegion,
  endpointURL: target.endpointURL,
  ddbCtlDpJob: z.object(target).describe(
    "The same four fields one level deeper; use either this or those.",
  ).optional(),
  keyType: z.enum(["S", "N", "B"]).describe(
    "Type of the partition key. The table knows it; what is said here must be the same.",
  ).optional(),
  credentials: z.object({
    secretName: objectName(
      "Secret in the same namespace with AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and, where there is one, AWS_SESSION_TOKEN.",
    ),
  }).describe("Static credentials; without them the pod's own identity is used.").optional(),
  serviceAccountName: objectName(
    "ServiceAccount of the pod, by which it gets an identity (IRSA, EKS Pod Identity); default if absent.",
  ).optional(),
  dryRun: z.boolean().describe("Count the items and delete none.").optional(),
  suspend: z.boolean().describe(
    "Stop after the batch that is under way, and go on when this is false again. It may be changed at any time.",
  ).optional(),
  maxItems: positive("Delete nothing if the partition has more items than this.").optional(),
  itemsPerSecond: positive("Delete no faster than this; absent is as fast as the table allows.")
    .optional(),
  maxConcurrency: z.int().meta({
    format: "int32",
    minimum: 1,
    maximum: 64,
    description: "Batches under way at the same time; fewer where the table throttles.",
  }).default(8),
  activeDeadlineSeconds: count("Give up after this time; absent is never.", 1).optional(),
  backoffLimit: z.int().meta({
    format: "int32",
    minimum: 0,
    maximum: 30,
    description: "How often a failed pod is replaced; one that cannot succeed is not.",
  }).default(6),
  ttlSecondsAfterFinished: count(
    "Remove the Job and its pods this long after the end; absent is never. This object stays. It may be changed at any time.",
  ).optional(),
}).meta({
  description: "The partition to delete. Once created it can only be suspended and resumed.",
  ...rules(...partitionJobRules),
});

export type PartitionJobSpec = z.input<typeof partitionJobSpec>;
