import type { DynamoComponentDeployment } from "../../crds/kinds/component.ts";
import { LABELS } from "../../crds/labels.ts";
import type { Deployment } from "../../kube/builtin.ts";
import { passedAnnotations, passedLabels } from "../dynamo/inherited_metadata.ts";
import type { PlatformConfig } from "../dynamo/platform_config.ts";
import { labelValue } from "../dynamo/label_value.ts";
import { PlanError } from "../dynamo/plan_error.ts";
import { type PodSurroundings, podTemplate } from "../pod/pod_template.ts";
import { childMetadata } from "../dynamo/child_metadata.ts";
import { deploymentStrategy } from "./deployment_strategy.ts";

/**
 * The Deployment of a component that runs on one node. Replicas are always set, also where the API server would
 * fill in the same number: what is not set is not repaired.
 *
 * @throws {PlanError} if the component cannot become pods
 */
export function deploymentManifest(
  component: DynamoComponentDeployment,
  config: PlatformConfig,
  surroundings: PodSurroundings,
): Deployment {
  const { metadata: { name }, spec } = component;
  const selector = { [LABELS.selector]: labelValue(name) };
  if (spec.extraPodMetadata?.labels?.[LABELS.selector] !== undefined) {
    throw new PlanError(
      `extraPodMetadata.labels[${LABELS.selector}]`,
      "the Deployment finds its pods by this label, remove it",
    );
  }
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: childMetadata(component, name, passedLabels(component), passedAnnotations(component)),
    spec: {
      replicas: spec.replicas ?? 1,
      selector: { matchLabels: selector },
      strategy: deploymentStrategy(spec),
      template: podTemplate(component, config, surroundings),
    },
  };
}
