import type { Conversions } from "./custom_object.ts";

/** API group of the custom kinds for inference graphs. */
const DYNAMO_GROUP = "nvidia.com";

/** API group of DdbctlDpJob, which has its origin in another project. */
export const PARTITION_GROUP = "dynamoctl.dp.operators.sanjivmadhavan.io";

/** Identity of a custom kind in the API server. It is separate from the schemas, so that code can use a kind without loading them. */
export interface KindNames {
  readonly group: string;
  /** The version that the operator reads and writes, and that the internal type describes. */
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
  /** `group/version` of the manifests that the operator writes. */
  readonly apiVersion: string;
  /** Conversions from and to the other versions, by version. */
  readonly conversions: Conversions;
}

/** Whether an object is of a kind, in any version. */
export function isOfKind(
  object: { apiVersion?: string; kind?: string },
  { group, kind }: Pick<KindNames, "group" | "kind">,
): boolean {
  return object.kind === kind && object.apiVersion?.startsWith(`${group}/`) === true;
}

function v1alpha1(kind: string, group = DYNAMO_GROUP): KindNames {
  const version = "v1alpha1";
  const plural = `${kind.toLowerCase()}s`;
  const apiVersion = `${group}/${version}`;
  return { group, version, kind, plural, namespaced: true, apiVersion, conversions: {} };
}

/** Names of DynamoGraphDeployment. */
export const dynamoGraphDeploymentNames: KindNames = v1alpha1("DynamoGraphDeployment");

/** Names of DynamoComponentDeployment. */
export const dynamoComponentDeploymentNames: KindNames = v1alpha1("DynamoComponentDeployment");

/** Names of DynamoGraphDeploymentRequest. */
export const dynamoGraphDeploymentRequestNames: KindNames = v1alpha1(
  "DynamoGraphDeploymentRequest",
);

/** Names of DynamoGraphDeploymentScalingAdapter. */
export const dynamoGraphDeploymentScalingAdapterNames: KindNames = v1alpha1(
  "DynamoGraphDeploymentScalingAdapter",
);

/** Names of DynamoModel. */
export const dynamoModelNames: KindNames = v1alpha1("DynamoModel");

/** Names of DynamoWorkerMetadata. */
export const dynamoWorkerMetadataNames: KindNames = v1alpha1("DynamoWorkerMetadata");

/** Names of DdbctlDpJob. */
export const ddbctlDpJobNames: KindNames = v1alpha1("DdbctlDpJob", PARTITION_GROUP);
