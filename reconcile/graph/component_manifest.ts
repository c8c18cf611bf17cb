import type { ComponentSpec } from "../../crds/kinds/component_spec.ts";
import type { DynamoComponentDeployment } from "../../crds/kinds/component.ts";
import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import { ANNOTATIONS, LABELS } from "../../crds/labels.ts";
import type { PlatformConfig } from "../dynamo/platform_config.ts";
import { mergeEnv } from "../pod/env_precedence.ts";
import { labelValue } from "../dynamo/label_value.ts";
import { applyDeploymentConfig } from "./deployment_config.ts";
import { componentName, dynamoNamespace } from "../dynamo/names.ts";
import { PLANNER_ACCOUNT } from "./planner_rbac.ts";

/**
 * The component that stands for one service of a graph. Labels of the service are not carried over and a
 * `dynamoNamespace` or `serviceName` given by the user is replaced, as upstream.
 *
 * @throws {PlanError} with the field's path inside the service
 */
export function componentManifest(
  graph: DynamoGraphDeployment,
  serviceName: string,
  service: ComponentSpec,
  config: PlatformConfig,
): DynamoComponentDeployment {
  const namespace = dynamoNamespace(graph.metadata, service);
  const labels = {
    [LABELS.component]: labelValue(serviceName),
    [LABELS.dynamoNamespace]: labelValue(namespace),
    [LABELS.graphName]: labelValue(graph.metadata.name),
  };
  const annotations = { ...service.annotations, ...inheritedAnnotations(graph) };
  const spec = applyDeploymentConfig(serviceName, {
    ...service,
    ...environment(graph, service),
    serviceName,
    dynamoNamespace: namespace,
    labels,
  });
  return {
    apiVersion: "nvidia.com/v1alpha1",
    kind: "DynamoComponentDeployment",
    metadata: {
      name: componentName(graph.metadata.name, serviceName),
      ...(graph.metadata.namespace && { namespace: graph.metadata.namespace }),
      labels,
    },
    spec: {
      ...spec,
      ...(graph.spec.backendFramework && { backendFramework: graph.spec.backendFramework }),
      ...(Object.keys(annotations).length > 0 && { annotations }),
      ...(spec.componentType === "planner" && {
        extraPodSpec: { ...spec.extraPodSpec, serviceAccountName: PLANNER_ACCOUNT },
      }),
      ...(spec.componentType === "frontend" && !spec.ingress && {
        ingress: defaultIngress(graph.metadata.name, config.ingress),
      }),
    },
  };
}

/** Variables of the graph lie under those of the service; without any of the graph's the user's order is kept. */
function environment(
  graph: DynamoGraphDeployment,
  service: ComponentSpec,
): Pick<ComponentSpec, "envs"> {
  const common = graph.spec.envs ?? [];
  if (common.length === 0) return {};
  return { envs: mergeEnv(common, service.envs ?? []) };
}

/** The only annotations of a graph that reach its components. */
function inheritedAnnotations(graph: DynamoGraphDeployment): Record<string, string> {
  const own = graph.metadata.annotations ?? {};
  const inherited: Record<string, string> = {};
  for (const key of [ANNOTATIONS.enableMetrics, ANNOTATIONS.discoveryBackend]) {
    const value = own[key];
    if (value !== undefined) inherited[key] = value;
  }
  return inherited;
}

/** What a frontend without an ingress of its own gets from the installation's settings. */
function defaultIngress(
  graphName: string,
  settings: PlatformConfig["ingress"],
): NonNullable<ComponentSpec["ingress"]> {
  return {
    host: graphName,
    ...(settings.className && {
      enabled: true,
      ingressControllerClassName: settings.className,
    }),
    ...(settings.tlsSecretName && { tls: { secretName: settings.tlsSecretName } }),
    ...(settings.hostSuffix && { hostSuffix: settings.hostSuffix }),
  };
}
