import type { V1ServicePort } from "@kubernetes/client-node";
import { LABELS } from "../../crds/labels.ts";
import { type Service, services } from "../../kube/builtin.ts";
import { childMetadata, objectAnnotations, objectLabels } from "../dynamo/child_metadata.ts";
import { labelValue } from "../dynamo/names.ts";
import { discoveryBackend, type PlatformConfig } from "../dynamo/platform_config.ts";
import { PlanError } from "../dynamo/problem.ts";
import { HTTP_PORT, isFrontend, type ServiceInput, SYSTEM_PORT } from "../dynamo/service_input.ts";
import type { Workload } from "../workload/workload.ts";

/** Label with the role of a pod in its multinode replica. */
const ROLE = "role";

/**
 * Returns the Service of a component. It exposes the HTTP port of a frontend, or the status port of any other component
 * type. Throws a {@link PlanError} if the spec lacks `dynamoNamespace`.
 *
 * @param workload returns the labels of the pods that the Service selects
 */
export function serviceManifest(
  service: ServiceInput,
  config: PlatformConfig,
  workload: Pick<Workload, "podLabels">,
): Service {
  return {
    apiVersion: services.apiVersion,
    kind: services.kind,
    metadata: childMetadata(service, {
      labels: { ...objectLabels(service), ...discoveryLabels(service, config) },
      annotations: objectAnnotations(service),
    }),
    spec: { selector: selectorOf(service, workload), ports: [portOf(service)] },
  };
}

/**
 * Returns the labels that pods use to discover the Service. The Service of a frontend lacks the label that enables
 * discovery.
 */
function discoveryLabels({ spec }: ServiceInput, config: PlatformConfig): Record<string, string> {
  if (discoveryBackend(spec.annotations, config) !== "kubernetes") return {};
  return {
    [LABELS.discoveryBackend]: "kubernetes",
    ...(!isFrontend(spec) && { [LABELS.discoveryEnabled]: "true" }),
  };
}

/**
 * Returns the pod selector. It contains the labels for component type, Dynamo namespace and component name. Without the
 * name, a Service would also select pods of other components of the same type (ai-dynamo/dynamo#6113).
 *
 * For a multinode service, the selector contains the role, because only the leader serves requests. Pods on Grove have
 * no label for the role.
 *
 * If the pods' label for the Dynamo namespace differs from the spec, the selector omits that label. It then contains
 * the label for the workload name, if the pods have one.
 */
function selectorOf(
  service: ServiceInput,
  workload: Pick<Workload, "podLabels">,
): Record<string, string> {
  const { name, spec: { dynamoNamespace } } = service;
  if (dynamoNamespace === undefined) {
    throw new PlanError(
      "dynamoNamespace",
      `expected DynamoComponentDeployment ${name} to have a dynamoNamespace: set it to the ` +
        "namespace of the Dynamo runtime in which its pods discover each other",
    );
  }
  const pods = workload.podLabels(service);
  const role = pods[ROLE];
  const selector: Record<string, string> = {
    ...(service.nodes > 1 && role !== undefined && { [ROLE]: role }),
  };
  for (const key of [LABELS.componentType, LABELS.dynamoNamespace, LABELS.component]) {
    const value = pods[key];
    if (value) selector[key] = value;
  }
  // A standalone component passes the labels in its metadata to its pods. These labels override the labels in its spec.
  const isOverridden = service.graphName === "" &&
    [LABELS.dynamoNamespace, LABELS.component].some((key) =>
      (service.labels[key] ?? pods[key]) !== pods[key]
    );
  if (isOverridden) delete selector[LABELS.component];
  if (isOverridden || selector[LABELS.dynamoNamespace] !== labelValue(dynamoNamespace)) {
    delete selector[LABELS.dynamoNamespace];
    if (pods[LABELS.selector] !== undefined) selector[LABELS.selector] = labelValue(name);
  }
  return selector;
}

function portOf({ spec }: ServiceInput): V1ServicePort {
  return isFrontend(spec)
    ? { name: "http", port: HTTP_PORT, targetPort: "http", protocol: "TCP" }
    : { name: "system", port: SYSTEM_PORT, targetPort: "system", protocol: "TCP" };
}
