/** Where the graph of the story lives. */
export const NAMESPACE = "dynamo-demo";
/** Where the operator's account lives, apart from the graph so that nothing of it is left over there. */
export const OPERATOR_NAMESPACE = "dynamo-demo-operator";
/** Of the operator's ServiceAccount. */
export const OPERATOR_ACCOUNT = "dynamo-operator";
/** Of the roles with the operator's rights, and of their bindings. */
export const OPERATOR_ROLE = "dynamo-demo-operator";
/** Of the control plane that `--keep` leaves up. */
export const KEPT_CLUSTER = "demo";
/** The root of the project, with a slash at its end. */
export const PROJECT = new URL("../", import.meta.url).pathname;
