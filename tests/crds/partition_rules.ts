import { partitionJob } from "./objects.ts";
import type { CreateRule, UpdateRule } from "./rule.ts";

const flat = { tableName: "Orders", partitionValue: "t-1" };
const valueFrom = { secretKeyRef: { name: "tenant", key: "id" } };
const full = { ...flat, awsRegion: "eu-west-1", endpointURL: "http://ddb:8000" };
const nested = { ddbCtlDpJob: full };

function create(
  name: string,
  accepted: Record<string, unknown>,
  refused: Record<string, unknown>,
  message: string,
): CreateRule {
  return {
    name,
    accepted: partitionJob("rules", accepted),
    refused: partitionJob("rules", refused),
    message,
  };
}

export const partitionRules: CreateRule[] = [
  create(
    "the target of a partition job has the flat or the nested form, not both",
    nested,
    { ...nested, awsRegion: "eu-west-1" },
    "set either tableName, partitionValue, awsRegion and endpointURL, or ddbCtlDpJob",
  ),
  create(
    "a partition job needs a target",
    full,
    { dryRun: true },
    "set either tableName, partitionValue, awsRegion and endpointURL, or ddbCtlDpJob",
  ),
  create(
    "the flat form needs a table",
    flat,
    { partitionValue: "t-1" },
    "spec.tableName: Required value: tableName is required",
  ),
  create(
    "the flat form needs a partition value, but no region",
    flat,
    { tableName: "Orders", awsRegion: "eu-west-1" },
    "spec.partitionValue: Required value: partitionValue is required",
  ),
  create(
    "the partition value is in the object or in a Secret, not in both",
    { tableName: "Orders", partitionValueFrom: valueFrom },
    { ...flat, partitionValueFrom: valueFrom },
    "set either partitionValue or partitionValueFrom",
  ),
  create(
    "the nested form needs a table",
    { ddbCtlDpJob: flat },
    { ddbCtlDpJob: { partitionValue: "t-1" } },
    "spec.ddbCtlDpJob.tableName: Required value",
  ),
  create(
    "the deadline is a number of seconds that a Job supports",
    { ...flat, activeDeadlineSeconds: 2147483647 },
    { ...flat, activeDeadlineSeconds: 2147483648 },
    "spec.activeDeadlineSeconds",
  ),
  create(
    "the nested form needs a partition value, but no region",
    { ddbCtlDpJob: flat },
    { ddbCtlDpJob: { tableName: "Orders" } },
    "spec.ddbCtlDpJob.partitionValue: Required value",
  ),
  create(
    "tableName is the name or the ARN of a table, not of an index",
    { ...flat, tableName: "arn:aws:dynamodb:eu-west-1:123456789012:table/Orders" },
    { ...flat, tableName: "arn:aws:dynamodb:eu-west-1:123456789012:table/Orders/index/by-date" },
    "spec.tableName",
  ),
  create(
    "a partition value is not empty",
    flat,
    { ...flat, partitionValue: "" },
    "spec.partitionValue in body should be at least 1 chars long",
  ),
  create(
    "an endpoint is a URL or empty",
    { ...flat, endpointURL: "" },
    { ...flat, endpointURL: "ddb:8000" },
    "spec.endpointURL",
  ),
  create(
    "credentials are the name of a Secret",
    { ...flat, credentials: { secretName: "aws" } },
    { ...flat, credentials: {} },
    "spec.credentials.secretName: Required value",
  ),
];

const changeable = { suspend: true, ttlSecondsAfterFinished: 60 };

export const partitionUpdateRules: UpdateRule[] = [
  ...Object.entries({
    tableName: "Invoices",
    partitionValue: "t-2",
    awsRegion: "us-west-2",
    endpointURL: "http://other:8000",
    keyType: "N",
    credentials: { secretName: "aws" },
    serviceAccountName: "deleter",
    dryRun: true,
    maxItems: 10,
    itemsPerSecond: 5,
    maxConcurrency: 2,
    activeDeadlineSeconds: 60,
    backoffLimit: 1,
  }).map(([field, value]) => ({
    name: `${field} of a partition job is immutable`,
    stored: partitionJob(field.toLowerCase(), full),
    accepted: partitionJob(field.toLowerCase(), { ...full, ...changeable }),
    refused: [partitionJob(field.toLowerCase(), { ...full, [field]: value })],
    message: `spec.${field}: Forbidden: ${field} is immutable`,
  })),
  {
    name: "a nested target is immutable",
    stored: partitionJob("nested", nested),
    accepted: partitionJob("nested", { ...nested, ...changeable }),
    refused: [
      partitionJob("nested", { ddbCtlDpJob: { ...full, partitionValue: "t-2" } }),
      partitionJob("nested", full),
    ],
    message: "ddbCtlDpJob is immutable",
  },
];
