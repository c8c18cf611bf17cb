/** Name of the release of NVIDIA's chart that the tests install. */
export const RELEASE = "dynamo-platform";
export const NAMESPACE = "dynamo-system";
/** Prefix of the names of the Go operator's objects in this release. */
export const OPERATOR = `${RELEASE}-dynamo-operator`;

export function operatorLabels(): Record<string, string> {
  return { "app.kubernetes.io/name": "dynamo-operator", "app.kubernetes.io/instance": RELEASE };
}
