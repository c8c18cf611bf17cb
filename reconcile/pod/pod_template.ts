import type { V1PodTemplateSpec } from "@kubernetes/client-node";
import { ANNOTATIONS, LABELS } from "../../crds/labels.ts";
import { commonPodLabels, type StringMap } from "../dynamo/child_metadata.ts";
import { labelValue } from "../dynamo/names.ts";
import type { PlatformConfig } from "../dynamo/platform_config.ts";
import type { ServiceInput } from "../dynamo/service_input.ts";
import type { ReplicaNodes } from "./frameworks/replica_nodes.ts";
import { podSpec } from "./pod_spec.ts";

/** Inputs of a pod template that do not depend on the spec of the component. */
export interface PodInputs {
  /** Names of the discovered pull Secrets. */
  pullSecrets: readonly string[];
  /** Name of the ServiceAccount of the pods, if neither the user nor the component type determines one. */
  serviceAccount: string;
  /** Labels in the metadata of the component. */
  labels: StringMap;
}

/** Name of the ServiceAccount that Kubernetes creates in every namespace. */
export const DEFAULT_SERVICE_ACCOUNT = "default";

/**
 * Returns the pod template of a service. Throws a PlanError if the service is invalid.
 *
 * @param nodes how the pods of a multinode replica address each other; if set, `service.role` is the role of the pod
 */
export function podTemplate(
  service: ServiceInput,
  config: PlatformConfig,
  inputs: PodInputs,
  nodes?: ReplicaNodes,
): V1PodTemplateSpec {
  const annotations = podAnnotations(service);
  const template = {
    metadata: Object.keys(annotations).length > 0 ? { annotations } : {},
    spec: podSpec(service, config, [], nodes),
  };
  return withInputs(template, service, inputs);
}

/**
 * Returns the pod template of a service with the given pull Secrets and labels added. The given ServiceAccount applies
 * only if the template names none.
 */
export function withInputs(
  { metadata, spec }: V1PodTemplateSpec,
  service: ServiceInput,
  { pullSecrets, serviceAccount, labels }: PodInputs,
): V1PodTemplateSpec {
  const podMetadata = { ...metadata, labels: podLabels(service, labels) };
  if (!spec) return { metadata: podMetadata };
  return {
    metadata: podMetadata,
    spec: {
      ...spec,
      ...(pullSecrets.length > 0 && {
        imagePullSecrets: [
          ...spec.imagePullSecrets ?? [],
          ...pullSecrets.map((name) => ({ name })),
        ],
      }),
      serviceAccountName: spec.serviceAccountName || serviceAccount,
    },
  };
}

/**
 * Returns the annotations of a service's pods. From `spec.annotations`, the pods get only the annotation with the id of
 * the last restart. A new id changes the pod template, so that all pods are replaced.
 */
function podAnnotations({ spec: { annotations, extraPodMetadata } }: ServiceInput): StringMap {
  const restartAt = annotations?.[ANNOTATIONS.restartAt];
  return {
    ...extraPodMetadata?.annotations,
    ...(restartAt && { [ANNOTATIONS.restartAt]: restartAt }),
  };
}

/**
 * Returns the labels of a service's pods. The labels in `extraPodMetadata` override all others. If `spec.labels`
 * does not contain the name of the graph, the label for this name is empty.
 *
 * @param ofComponent labels in the metadata of the component
 */
export function podLabels(service: ServiceInput, ofComponent: StringMap): StringMap {
  const { name, spec } = service;
  const { componentType, subComponentType } = spec;
  const metrics = spec.annotations?.[ANNOTATIONS.enableMetrics] !== "false";
  return {
    ...commonPodLabels(service, ofComponent),
    ...(metrics && { [LABELS.metricsEnabled]: "true" }),
    [LABELS.graphName]: spec.labels?.[LABELS.graphName] ?? "",
    ...(componentType && { [LABELS.componentType]: labelValue(componentType) }),
    ...(subComponentType && { [LABELS.subComponentType]: labelValue(subComponentType) }),
    [LABELS.selector]: labelValue(name),
    ...spec.extraPodMetadata?.labels,
  };
}
