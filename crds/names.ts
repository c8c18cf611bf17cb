import type { Conversions } from "./custom_object.ts";

/** API group of all custom kinds except DdbctlDpJob. */
const DYNAMO_GROUP = "nvidia.com";

/** API group of DdbctlDpJob. Another project defined the kind and its group, which stay unchanged for compatibility. */
export const PARTITION_GROUP = "dynamoctl.dp.operators.sanjivmadhavan.io";

/** Names of a custom kind. Schemas are in other files, so that code can import the names without the schemas. */
export interface KindNames {
  readonly group: string;
  /** API version that the operator reads and writes. The operator's internal type has the same version. */
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
  /** `apiVersion` of the objects that the operator writes: group, slash, version. */
  readonly apiVersion: string;
  /** Conversions to and from the operator's internal type, keyed by API version; `version` needs no conversion. */
  readonly conversions: Conversions;
}

/** Returns whether an object is of the given group and kind, in any API version. */
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

/** Maximum length of a request's name. The Job name `profile-NAME` must be short enough for a label value. */
export const MAX_REQUEST_NAME = 55;

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
