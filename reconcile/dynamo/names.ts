import { hash } from "node:crypto";

/** Name of the ServiceAccount that all planner pods of a namespace use. */
export const PLANNER_SERVICE_ACCOUNT = "planner-serviceaccount";

/** Returns the name of a service's component, Deployment, Service and routes: `<graph>-<service in lower case>`. */
export function componentName(graphName: string, serviceName: string): string {
  return `${graphName}-${serviceName.toLowerCase()}`;
}

/**
 * Returns the namespace of the Dynamo runtime where the pods of a service discover each other: `dynamo` for global
 * services, `<namespace>-<graph>` for all others. Like the Go operator, this function ignores the user's
 * `dynamoNamespace`.
 */
export function dynamoNamespace(
  graph: { name: string; namespace?: string | undefined },
  service: { globalDynamoNamespace?: boolean | undefined },
): string {
  return service.globalDynamoNamespace ? "dynamo" : `${graph.namespace}-${graph.name}`;
}

/**
 * Returns the name of the ServiceAccount that the pods of a graph use to discover each other through the Kubernetes
 * API.
 */
export function discoveryServiceAccount(graphName: string): string {
  return `${graphName}-k8s-service-discovery`;
}

/** Returns the label value that all objects of a base model share: 8 hex digits of the SHA-256 of the model name. */
export function modelHash(modelName: string): string {
  return sha256Hex(modelName, 8);
}

/** Returns the name of the headless Service of a base model. */
export function modelServiceName(modelName: string): string {
  return `dynamo-model-${modelHash(modelName)}`;
}

/** Maximum length of a label value: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/ */
const MAX_LENGTH = 63;
const HASH_LENGTH = 8;

/**
 * Returns the value unchanged if it is short enough for a label. Otherwise returns its first 54 characters, a dash and
 * 8 hex digits of its SHA-256. The hash distinguishes two values with the same prefix.
 */
export function labelValue(value: string): string {
  if (value.length <= MAX_LENGTH) return value;
  const beginning = value.slice(0, MAX_LENGTH - HASH_LENGTH - 1)
    .replace(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, "");
  const hash = sha256Hex(value, HASH_LENGTH);
  return beginning === "" ? hash : `${beginning}-${hash}`;
}

/** Returns the first `digits` hex digits of the SHA-256 of a text. */
export function sha256Hex(text: string, digits: number): string {
  return hash("sha256", text).slice(0, digits);
}
