import { z } from "zod";
import { count } from "../fields/basic_types.ts";
import { immutable, required, type Rule, rules } from "../fields/rules.ts";

const TABLE_NAME =
  "^([a-zA-Z0-9_.-]{3,255}|arn:[a-z0-9-]+:dynamodb:[a-z0-9-]+:[0-9]{12}:table/[a-zA-Z0-9_.-]{3,255})$";
const OBJECT_NAME = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$";
/**
 * Length of a 2048-byte key in base64, see
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
 */
const LONGEST_KEY = 2732;

/** Fields that select the partition to delete. Users set them either in the spec itself or in `spec.ddbCtlDpJob`. */
const target = {
  tableName: z.string().meta({
    maxLength: 512,
    pattern: TABLE_NAME,
    description: "Name or ARN of the table.",
  }),
  partitionValue: z.string().meta({
    minLength: 1,
    maxLength: LONGEST_KEY,
    // The pod reads the value from an environment variable, which cannot contain a NUL character.
    pattern: "^[^\\x00]+$",
    description:
      "Value of the partition key. A number is used exactly as written; a binary value must be base64.",
  }),
  awsRegion: z.string().meta({
    maxLength: 64,
    pattern: "^[a-z0-9-]*$",
    description:
      "Region of the table. It must be the region of the ARN, if tableName is an ARN. If it is omitted or empty, the pod uses the region of the ARN, AWS_REGION, AWS_DEFAULT_REGION or the host name of an AWS endpoint, in this order. If none of them exists, a deletion in AWS fails.",
  }).optional(),
  endpointURL: z.string().meta({
    maxLength: 2048,
    pattern: "^(https?://\\S+)?$",
    description:
      "Endpoint of DynamoDB. If it is omitted or empty, the pod uses the endpoint of the region.",
  }).optional(),
};

/** Pattern for a key in a Secret, see https://kubernetes.io/docs/concepts/configuration/secret/ */
const SECRET_KEY = "^[-._a-zA-Z0-9]+$";

function objectName(description: string) {
  return z.string().meta({ minLength: 1, maxLength: 253, pattern: OBJECT_NAME, description });
}

function positive(description: string) {
  return z.int().meta({ format: "int64", minimum: 1, maximum: 9007199254740991, description });
}

/** CEL expression that is true if the spec selects the partition with its own fields, not in `ddbCtlDpJob`. */
const FLAT =
  "(has(self.tableName) || has(self.partitionValue) || has(self.partitionValueFrom) || has(self.awsRegion) || has(self.endpointURL))";

/** Fields that cannot change after creation: all except `suspend` and `ttlSecondsAfterFinished`. */
const IMMUTABLE = [
  "tableName",
  "partitionValue",
  "partitionValueFrom",
  "awsRegion",
  "endpointURL",
  "ddbCtlDpJob",
  "keyType",
  "credentials",
  "serviceAccountName",
  "dryRun",
  "maxItems",
  "itemsPerSecond",
  "maxConcurrency",
  "activeDeadlineSeconds",
  "backoffLimit",
];

const partitionJobRules: Rule[] = [
  {
    rule: `${FLAT} != has(self.ddbCtlDpJob)`,
    message:
      "set either tableName, partitionValue, awsRegion and endpointURL, or ddbCtlDpJob with these fields",
  },
  required(
    "tableName",
    `!${FLAT} || has(self.tableName)`,
    "tableName is required; set it to the name or ARN of the table",
  ),
  required(
    "partitionValue",
    `!${FLAT} || has(self.partitionValue) || has(self.partitionValueFrom)`,
    "partitionValue is required; set it to the value of the partition key, or set partitionValueFrom",
  ),
  {
    rule: "!has(self.partitionValue) || !has(self.partitionValueFrom)",
    message: "set either partitionValue or partitionValueFrom",
  },
  ...IMMUTABLE.map((field) =>
    immutable(
      field,
      `${field} is immutable: a deletion cannot change its target or settings; delete the object and create it again`,
    )
  ),
];

/**
 * The schema of `spec` of a DdbctlDpJob.
 *
 * @internal
 */
export const partitionJobSpec = z.object({
  tableName: target.tableName.optional(),
  partitionValue: target.partitionValue.optional(),
  partitionValueFrom: z.object({
    secretKeyRef: z.object({
      name: objectName("Name of a Secret in the same namespace."),
      key: z.string().meta({
        minLength: 1,
        maxLength: 253,
        pattern: SECRET_KEY,
        description: "Key of the value in the Secret.",
      }),
    }).describe("Key of a Secret. A line break at the end of the value is part of the value."),
  }).describe(
    "Source of the value of the partition key, as an alternative to partitionValue. It hides the value from users who can read only this object. Each pod uses the value that the Secret has when the pod starts.",
  ).optional(),
  awsRegion: target.awsRegion,
  endpointURL: target.endpointURL,
  ddbCtlDpJob: z.object(target).describe(
    "Nested form of tableName, partitionValue, awsRegion and endpointURL. Set either this object or these four fields.",
  ).optional(),
  keyType: z.enum(["S", "N", "B"]).describe(
    "Type of the partition key. If it is set, it must equal the type of the partition key in the table.",
  ).optional(),
  credentials: z.object({
    secretName: objectName(
      "Name of a Secret in the same namespace with AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and optionally AWS_SESSION_TOKEN.",
    ),
  }).describe(
    "Static credentials. If they are omitted, the pod uses the identity of its ServiceAccount.",
  ).optional(),
  serviceAccountName: objectName(
    'Name of the ServiceAccount of the pod. It can provide an AWS identity through IRSA or EKS Pod Identity. Defaults to "default".',
  ).optional(),
  dryRun: z.boolean().describe("Whether the pod only counts the items and does not delete them.")
    .optional(),
  suspend: z.boolean().describe(
    "Whether the deletion stops after the current batches. The deletion continues when this field is false again. Mutable.",
  ).optional(),
  maxItems: positive(
    "Maximum number of items that all pods of the deletion delete together. If the partition has more, nothing is deleted.",
  )
    .optional(),
  itemsPerSecond: positive(
    "Maximum deletion rate in items per second. If it is omitted, only the table limits the rate.",
  ).optional(),
  maxConcurrency: count(
    "Maximum number of concurrent batches. The pod uses fewer while the table throttles.",
    1,
    64,
  ).default(8),
  activeDeadlineSeconds: count(
    "Deadline of the deletion, in seconds after its start. If it is omitted, the deletion has unlimited time.",
    1,
  ).optional(),
  backoffLimit: count(
    "Maximum number of retries after failed pods. A terminal error is not retried.",
    0,
    30,
  ).default(6),
  ttlSecondsAfterFinished: count(
    "Seconds from the end of the deletion until the operator deletes the Job and its pods. If it is omitted, the Job and its pods are kept. The DdbctlDpJob is always kept. Mutable.",
  ).optional(),
}).meta({
  description:
    "The partition to delete. After creation, only suspend and ttlSecondsAfterFinished can change.",
  ...rules(...partitionJobRules),
});

/** Desired state of a DdbctlDpJob: the partition to delete, and settings of the deletion. */
export type PartitionJobSpec = z.input<typeof partitionJobSpec>;
