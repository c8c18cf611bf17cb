import type { ComponentSpec } from "../../crds/kinds/component_spec.ts";
import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import { ANNOTATIONS, LABELS } from "../../crds/labels.ts";
import type { StringMap } from "../dynamo/child_metadata.ts";
import { defaultIngress, identityLabels } from "../dynamo/graph_service.ts";
import { validLabels } from "../dynamo/metadata_rules.ts";
import { componentName, dynamoNamespace, labelValue, modelHash } from "../dynamo/names.ts";
import { discoveryBackend, type PlatformConfig } from "../dynamo/platform_config.ts";
import { isFrontend, nodesOf, type ServiceInput } from "../dynamo/service_input.ts";
import { componentEnvs } from "../pod/env_precedence.ts";

/** A service of a graph that runs on Grove. */
export interface GroveService {
  /** Key of the service in `spec.services`. */
  key: string;
  input: ServiceInput;
  /** Labels of the pods. Grove copies these labels from the clique, and adds its own labels. */
  podLabels: StringMap;
  podAnnotations: StringMap;
  replicas: number;
}

/**
 * Converts a service of a graph to a {@link GroveService}. Like the Go operator, the function ignores
 * `DYN_DEPLOYMENT_CONFIG`. The discovery backend of the graph overrides that of the service.
 *
 * @param restartId id of the last restart of the service; undefined if it was never restarted
 */
export function groveService(
  graph: DynamoGraphDeployment,
  key: string,
  service: ComponentSpec,
  config: PlatformConfig,
  restartId?: string,
): GroveService {
  const { name: graphName, namespace = "", annotations: ofGraph = {} } = graph.metadata;
  const { extraPodMetadata, componentType, subComponentType, modelRef } = service;
  const identity = identityLabels(graph, key, service);
  const backend = discoveryBackend(ofGraph, config);
  const annotations = {
    ...service.annotations,
    ...(backend && { [ANNOTATIONS.discoveryBackend]: backend }),
  };
  const envs = componentEnvs(graph.spec.envs, service.envs);
  const name = componentName(graphName, key);
  const { backendFramework } = graph.spec;
  const labels = validLabels(service.labels);
  const metrics = ofGraph[ANNOTATIONS.enableMetrics] !== "false";
  const nodes = nodesOf(service);
  return {
    key,
    input: {
      name,
      namespace,
      graphName,
      labels: {},
      nodes,
      role: nodes > 1 ? "leader" : "single",
      spec: {
        ...service,
        ...(envs && { envs }),
        ...(backendFramework && { backendFramework }),
        ...(isFrontend(service) && !service.ingress && {
          ingress: defaultIngress(graphName, config),
        }),
        serviceName: key,
        dynamoNamespace: dynamoNamespace(graph.metadata, service),
        labels: { ...labels, ...identity },
        annotations,
      },
    },
    podLabels: {
      [LABELS.selector]: labelValue(name),
      ...identity,
      ...(componentType && { [LABELS.componentType]: labelValue(componentType) }),
      ...(subComponentType && { [LABELS.subComponentType]: labelValue(subComponentType) }),
      ...(modelRef?.name && { [LABELS.baseModelHash]: modelHash(modelRef.name) }),
      ...(metrics && { [LABELS.metricsEnabled]: "true" }),
      ...labels,
      ...extraPodMetadata?.labels,
    },
    podAnnotations: {
      ...annotations,
      ...extraPodMetadata?.annotations,
      ...(restartId && { [ANNOTATIONS.restartAt]: restartId }),
    },
    replicas: service.replicas ?? 1,
  };
}
