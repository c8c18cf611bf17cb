/** Names and labels of the release of NVIDIA's chart in the tests. */
export const RELEASE = "dynamo-platform";
export const NAMESPACE = "dynamo-system";
/** Prefix of the names of the operator's objects. */
export const OPERATOR = `${RELEASE}-dynamo-operator`;

/** Returns the labels of the operator's objects. */
export function operatorLabels(): Record<string, string> {
  return { "app.kubernetes.io/name": "dynamo-operator", "app.kubernetes.io/instance": RELEASE };
}
