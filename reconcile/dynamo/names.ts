/** The name of a service's component and of everything made for it: `<graph>-<lower(service)>`. */
export function componentName(graphName: string, serviceName: string): string {
  return `${graphName}-${serviceName.toLowerCase()}`;
}

/**
 * The logical namespace in which a service's pods find each other: `dynamo` for global services,
 * `<namespace>-<graph>` else. A value that the user gives in `dynamoNamespace` is not used, as upstream.
 */
export function dynamoNamespace(
  graph: { name: string; namespace?: string | undefined },
  service: { globalDynamoNamespace?: boolean | undefined },
): string {
  return service.globalDynamoNamespace ? "dynamo" : `${graph.namespace}-${graph.name}`;
}
