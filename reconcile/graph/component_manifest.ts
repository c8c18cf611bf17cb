import type { DynamoComponentDeployment } from "../../crds/kinds/component.ts";
import type { ComponentSpec } from "../../crds/kinds/component_spec.ts";
import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import { ANNOTATIONS } from "../../crds/labels.ts";
import type { Observed } from "../apply/observed.ts";
import { routeWarnings } from "../component/routes.ts";
import { defaultIngress, identityLabels } from "../dynamo/graph_service.ts";
import { componentName, dynamoNamespace, PLANNER_SERVICE_ACCOUNT } from "../dynamo/names.ts";
import { labelWarnings, validLabels } from "../dynamo/metadata_rules.ts";
import type { Warning } from "../dynamo/warning.ts";
import type { PlatformConfig } from "../dynamo/platform_config.ts";
import { components } from "../dynamo/resources.ts";
import { isFrontend, isPlanner } from "../dynamo/service_input.ts";
import { componentEnvs } from "../pod/env_precedence.ts";
import { warningsOf } from "../pod/warnings.ts";
import { applyDeploymentConfig } from "./deployment_config.ts";

/** The only annotations that a component inherits from its graph. */
const INHERITED_ANNOTATIONS: string[] = [ANNOTATIONS.enableMetrics, ANNOTATIONS.discoveryBackend];

/**
 * Returns the component of one service of a graph. Computes `dynamoNamespace` and `serviceName` as the Go operator
 * does. Labels of the graph override labels of the service. Omits invalid labels of the service: the Go operator
 * ignores labels of services, so existing graphs may contain invalid ones.
 *
 * @param restartId id of the last restart of the service; undefined if it was never restarted
 * @throws {PlanError} if the service is invalid; the field path in the error is relative to the service
 */
export function componentManifest(
  graph: DynamoGraphDeployment,
  serviceName: string,
  service: ComponentSpec,
  config: PlatformConfig,
  restartId?: string,
): DynamoComponentDeployment {
  const namespace = dynamoNamespace(graph.metadata, service);
  const labels = {
    ...validLabels(service.labels),
    ...identityLabels(graph, serviceName, service),
  };
  const inherited = Object.entries(graph.metadata.annotations ?? {})
    .filter(([key]) => INHERITED_ANNOTATIONS.includes(key));
  const annotations = {
    ...service.annotations,
    ...Object.fromEntries(inherited),
    ...(restartId && { [ANNOTATIONS.restartAt]: restartId }),
  };
  // A component does not get the pause annotation of its service, because only a user may pause a component.
  const { [ANNOTATIONS.paused]: _paused, ...copied } = service.annotations ?? {};
  const envs = componentEnvs(graph.spec.envs, service.envs);
  const spec = applyDeploymentConfig(serviceName, {
    ...service,
    ...(envs && { envs }),
    serviceName,
    dynamoNamespace: namespace,
    labels,
  });
  return {
    apiVersion: components.apiVersion,
    kind: components.kind,
    metadata: {
      name: componentName(graph.metadata.name, serviceName),
      ...(graph.metadata.namespace && { namespace: graph.metadata.namespace }),
      labels,
      ...(Object.keys(copied).length > 0 && { annotations: copied }),
    },
    spec: {
      ...spec,
      ...(graph.spec.backendFramework && { backendFramework: graph.spec.backendFramework }),
      ...(Object.keys(annotations).length > 0 && { annotations }),
      ...(isPlanner(spec) && {
        extraPodSpec: { ...spec.extraPodSpec, serviceAccountName: PLANNER_SERVICE_ACCOUNT },
      }),
      ...(isFrontend(spec) && !spec.ingress && {
        ingress: defaultIngress(graph.metadata.name, config),
      }),
    },
  };
}

/** Returns the warnings about a service. Their field paths are relative to the service. */
export function serviceWarnings(
  service: ComponentSpec,
  component: DynamoComponentDeployment,
  config: PlatformConfig,
  observed: Pick<Observed, "serves">,
): Warning[] {
  const { serviceAccountName } = service.extraPodSpec ?? {};
  const isReplaced = isPlanner(service) && serviceAccountName &&
    serviceAccountName !== PLANNER_SERVICE_ACCOUNT;
  const field = "extraPodSpec.serviceAccountName";
  const message = `is ignored: a planner in a graph uses "${PLANNER_SERVICE_ACCOUNT}"`;
  return [
    ...labelWarnings("labels", service.labels),
    ...warningsOf(component.spec),
    ...routeWarnings(component.spec, config, observed),
    ...(isReplaced ? [{ field, message }] : []),
  ];
}
