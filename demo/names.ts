export const NAMESPACE = "dynamo-demo";
export const IN_NAMESPACE: readonly string[] = ["-n", NAMESPACE];
/** File with the operator's namespace, ServiceAccount and RBAC rules, as a path from the root of the project. */
export const OPERATOR_MANIFESTS = "examples/operator-account.yaml";
/** ServiceAccount of the operator in `OPERATOR_MANIFESTS`. */
export const OPERATOR_SERVICE_ACCOUNT = { namespace: "dynamo-system", name: "dynamo-operator" };
/** Name of the control plane that `--keep` leaves running. */
export const KEPT_CLUSTER = "demo";
/** Root of the project, with a trailing slash. */
export const PROJECT = new URL("../", import.meta.url).pathname;
/** Timeout of each wait in the demo, in seconds. A graph is usually ready within a few seconds. */
export const TIMEOUT_SECONDS = 120;
