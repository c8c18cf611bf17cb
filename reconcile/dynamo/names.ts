import { createHash } from "node:crypto";

/** The ServiceAccount of all planner pods of a namespace. */
export const PLANNER_SERVICE_ACCOUNT = "planner-serviceaccount";

/** Returns the name of a service's component and of the component's children: `<graph>-<lower(service)>`. */
export function componentName(graphName: string, serviceName: string): string {
  return `${graphName}-${serviceName.toLowerCase()}`;
}

/**
 * Returns the logical namespace in which the pods of a service discover each other: `dynamo` for global services,
 * `<namespace>-<graph>` for others. As in the Go operator, the user's `dynamoNamespace` is not used.
 */
export function dynamoNamespace(
  graph: { name: string; namespace?: string | undefined },
  service: { globalDynamoNamespace?: boolean | undefined },
): string {
  return service.globalDynamoNamespace ? "dynamo" : `${graph.namespace}-${graph.name}`;
}

/** Returns the label value of all objects that serve a base model: 8 hex digits of the SHA-256 of its name. */
export function modelHash(modelName: string): string {
  return createHash("sha256").update(modelName).digest("hex").slice(0, 8);
}

/** Returns the name of the headless Service of a base model. */
export function modelServiceName(modelName: string): string {
  return `dynamo-model-${modelHash(modelName)}`;
}
