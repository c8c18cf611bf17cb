/**
 * How the API server knows one of our kinds. Kept apart from the schemas, so that using a kind does
 * not load them.
 */
export interface KindNames {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly namespaced: boolean;
  /** `group/version`. */
  readonly apiVersion: string;
}

function names(kind: string, plural: string, group = "nvidia.com"): KindNames {
  const version = "v1alpha1";
  return { group, version, kind, plural, namespaced: true, apiVersion: `${group}/${version}` };
}

export const dynamoGraphDeploymentNames: KindNames = names(
  "DynamoGraphDeployment",
  "dynamographdeployments",
);

export const dynamoComponentDeploymentNames: KindNames = names(
  "DynamoComponentDeployment",
  "dynamocomponentdeployments",
);

export const dynamoGraphDeploymentRequestNames: KindNames = names(
  "DynamoGraphDeploymentRequest",
  "dynamographdeploymentrequests",
);

export const dynamoGraphDeploymentScalingAdapterNames: KindNames = names(
  "DynamoGraphDeploymentScalingAdapter",
  "dynamographdeploymentscalingadapters",
);

export const dynamoModelNames: KindNames = names("DynamoModel", "dynamomodels");

export const dynamoWorkerMetadataNames: KindNames = names(
  "DynamoWorkerMetadata",
  "dynamoworkermetadatas",
);

/** Another group than the others': that of the project which the kind comes from. */
export const ddbctlDpJobNames: KindNames = names(
  "DdbctlDpJob",
  "ddbctldpjobs",
  "dynamoctl.dp.operators.sanjivmadhavan.io",
);
