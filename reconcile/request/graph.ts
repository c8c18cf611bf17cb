import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import type { DynamoGraphDeploymentRequest } from "../../crds/kinds/request.ts";
import type { KubeObject } from "../../kube/object.ts";
import { graphs } from "../dynamo/resources.ts";
import { requestLabels } from "./additional_resources.ts";

/** Name and namespace of the graph of a request. */
export interface GraphPlace {
  name: string;
  namespace: string;
}

/**
 * Returns the name and the namespace of a request's graph. Values in the status take precedence over the overrides in
 * the spec. The overrides take precedence over the generated graph. Returns undefined if the name is not known yet.
 */
export function graphPlace(
  { metadata, spec, status }: DynamoGraphDeploymentRequest,
): GraphPlace | undefined {
  const { deployment, generatedDeployment } = status ?? {};
  const overrides = spec?.deploymentOverrides ?? {};
  const generated = (generatedDeployment as Partial<KubeObject> | undefined)?.metadata;
  const name = deployment?.name || overrides.name || generated?.name;
  if (!name) return undefined;
  const namespace = deployment?.namespace || overrides.namespace || metadata.namespace || "";
  return { name, namespace };
}

/** Returns the graph to create: the generated graph, with the overrides and the labels of the request. */
export function graphManifest(
  request: DynamoGraphDeploymentRequest,
  generated: DynamoGraphDeployment,
  { name, namespace }: GraphPlace,
): DynamoGraphDeployment {
  const { labels, annotations } = request.spec.deploymentOverrides ?? {};
  const allAnnotations = { ...generated.metadata.annotations, ...annotations };
  return {
    apiVersion: graphs.apiVersion,
    kind: graphs.kind,
    metadata: {
      name,
      namespace,
      labels: {
        ...generated.metadata.labels,
        ...requestLabels(identity(request)),
        ...labels,
      },
      ...(Object.keys(allAnnotations).length > 0 && { annotations: allAnnotations }),
    },
    spec: generated.spec,
  };
}

/** Returns the name and the namespace of a request. */
export function identity({ metadata }: KubeObject): { name: string; namespace: string } {
  return { name: metadata.name, namespace: metadata.namespace ?? "" };
}

/**
 * Returns whether a live object was created for a request. The object must have the same identifying labels as the
 * planned object, and must not be older than the request. An object of a deleted request with the same name is older.
 */
export function isOfRequest(
  live: KubeObject,
  planned: KubeObject,
  request: DynamoGraphDeploymentRequest,
): boolean {
  const { creationTimestamp = "" } = live.metadata;
  return hasLabelsOf(live, planned, request) &&
    creationTimestamp >= (request.metadata.creationTimestamp ?? "");
}

/** Returns whether a live object has the same identifying labels as the planned object of a request. */
export function hasLabelsOf(
  { metadata: { labels = {} } }: KubeObject,
  planned: KubeObject,
  request: DynamoGraphDeploymentRequest,
): boolean {
  return Object.keys(requestLabels(identity(request)))
    .every((key) => labels[key] === planned.metadata.labels?.[key]);
}
