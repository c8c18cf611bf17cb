import type { Conversions } from "./conversion.ts";

/** API group of the custom kinds for inference graphs. */
export const DYNAMO_GROUP = "nvidia.com";

/** API group of DdbctlDpJob, which has its origin in another project. */
export const PARTITION_GROUP = "dynamoctl.dp.operators.sanjivmadhavan.io";

/** Identity of a custom kind in the API server. It is separate from the schemas, so that a user of a kind loads none. */
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

function v1alpha1(group: string, kind: string, plural: string): KindNames {
  const version = "v1alpha1";
  const apiVersion = `${group}/${version}`;
  return { group, version, kind, plural, namespaced: true, apiVersion, conversions: {} };
}

export const dynamoGraphDeploymentNames: KindNames = v1alpha1(
  DYNAMO_GROUP,
  "DynamoGraphDeployment",
  "dynamographdeployments",
);

export const dynamoComponentDeploymentNames: KindNames = v1alpha1(
  DYNAMO_GROUP,
  "DynamoComponentDeployment",
  "dynamocomponentdeployments",
);

export const dynamoGraphDeploymentRequestNames: KindNames = v1alpha1(
  DYNAMO_GROUP,
  "DynamoGraphDeploymentRequest",
  "dynamographdeploymentrequests",
);

export const dynamoGraphDeploymentScalingAdapterNames: KindNames = v1alpha1(
  DYNAMO_GROUP,
  "DynamoGraphDeploymentScalingAdapter",
  "dynamographdeploymentscalingadapters",
);

export const dynamoModelNames: KindNames = v1alpha1(DYNAMO_GROUP, "DynamoModel", "dynamomodels");

export const dynamoWorkerMetadataNames: KindNames = v1alpha1(
  DYNAMO_GROUP,
  "DynamoWorkerMetadata",
  "dynamoworkermetadatas",
);

export const ddbctlDpJobNames: KindNames = v1alpha1(
  PARTITION_GROUP,
  "DdbctlDpJob",
  "ddbctldpjobs",
);
