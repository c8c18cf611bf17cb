import type { V1PodTemplateSpec } from "@kubernetes/client-node";
import type { DynamoComponentDeployment } from "../../crds/kinds/component.ts";
import { ANNOTATIONS, LABELS } from "../../crds/labels.ts";
import { passedLabels } from "../dynamo/inherited_metadata.ts";
import type { PlatformConfig } from "../dynamo/platform_config.ts";
import { labelValue } from "../dynamo/label_value.ts";
import { podSpec } from "./pod_spec.ts";
import type { PullSecret } from "./pull_secrets.ts";

/** What of the surroundings shapes the pods of a component. */
export interface PodSurroundings {
  /** The pull Secrets of the namespace. */
  pullSecrets: readonly PullSecret[];
  /** Names of the namespace's accounts that carry the label for component pods. */
  podAccounts: readonly string[];
}

/**
 * The pod template of a component that runs on one node.
 *
 * @throws {PlanError} if the component cannot become a pod
 */
export function podTemplate(
  component: DynamoComponentDeployment,
  config: PlatformConfig,
  { pullSecrets, podAccounts }: PodSurroundings,
): V1PodTemplateSpec {
  const { metadata, spec } = component;
  const pod = podSpec({
    spec,
    backendFramework: spec.backendFramework,
    graphName: graphNameOf(component),
    namespace: metadata.namespace ?? "",
    config,
    pullSecrets,
  });
  pod.serviceAccountName ||= [...podAccounts].sort()[0] ?? "default";
  const annotations = spec.extraPodMetadata?.annotations ?? {};
  return {
    metadata: {
      labels: podLabels(component),
      ...(Object.keys(annotations).length > 0 && { annotations }),
    },
    spec: pod,
  };
}

/** The name of the graph that a component belongs to; "" if it stands on its own. */
function graphNameOf({ metadata }: DynamoComponentDeployment): string {
  const graph = metadata.ownerReferences?.find(({ kind }) => kind === "DynamoGraphDeployment");
  return graph?.name ?? "";
}

/** The user's labels of the pods win over all others; the graph's name is there even if it is "". */
export function podLabels(component: DynamoComponentDeployment): Record<string, string> {
  const { metadata: { name }, spec } = component;
  const { componentType, subComponentType } = spec;
  const metrics = spec.annotations?.[ANNOTATIONS.enableMetrics] !== "false";
  return {
    ...passedLabels(component),
    ...(metrics && { [LABELS.metricsEnabled]: "true" }),
    [LABELS.graphName]: spec.labels?.[LABELS.graphName] ?? "",
    ...(componentType && { [LABELS.componentType]: labelValue(componentType) }),
    ...(subComponentType && { [LABELS.subComponentType]: labelValue(subComponentType) }),
    [LABELS.selector]: labelValue(name),
    ...spec.extraPodMetadata?.labels,
  };
}
