import { LABELS } from "../../crds/labels.ts";
import { type Deployment, deployments } from "../../kube/builtin.ts";
import type { Planned } from "../apply/planned.ts";
import { childMetadata, inheritedAnnotations, inheritedLabels } from "../dynamo/child_metadata.ts";
import { labelValue } from "../dynamo/label_value.ts";
import type { PlatformConfig } from "../dynamo/platform_config.ts";
import { PlanError } from "../dynamo/problem.ts";
import { REASONS } from "../dynamo/reasons.ts";
import type { ServiceInput } from "../dynamo/service_input.ts";
import { checkPodSpec } from "../pod/pod_spec.ts";
import { type PodSurroundings, podTemplate } from "../pod/pod_template.ts";
import { whyNotRolledOut } from "./deployment_rollout.ts";
import { deploymentStrategy } from "./deployment_strategy.ts";
import type { Workload } from "./workload.ts";

/** The workload of a service that runs each replica on one node: a Deployment with the name of the service. */
export const deployment: Workload<Deployment> = {
  resource: deployments,
  resources: [deployments],
  reasons: { ready: REASONS.deploymentReady, notReady: REASONS.deploymentNotReady },
  check(service) {
    checkSelector(service);
    deploymentStrategy(service.spec);
    checkPodSpec(service.spec);
  },
  plan(service, config, surroundings) {
    const manifest = deploymentManifest(service, config, surroundings);
    return [{ resource: deployments, manifest, policy: "own" } satisfies Planned<Deployment>];
  },
  podSelector: ({ name }) => ({ [LABELS.selector]: labelValue(name) }),
  notReady: whyNotRolledOut,
  replicas(componentName, owned) {
    const live = owned.find(({ metadata }) => metadata.name === componentName);
    if (!live) return undefined;
    const { replicas = 0, updatedReplicas = 0, readyReplicas = 0, availableReplicas = 0 } =
      live.status ?? {};
    return {
      componentKind: "Deployment",
      componentName,
      replicas,
      updatedReplicas,
      readyReplicas,
      availableReplicas,
    };
  },
};

/**
 * Returns the Deployment of a service. `replicas` is set even to the default, because the operator repairs the drift of
 * planned fields only.
 */
function deploymentManifest(
  service: ServiceInput,
  config: PlatformConfig,
  surroundings: PodSurroundings,
): Deployment {
  checkSelector(service);
  const { spec } = service;
  return {
    apiVersion: deployments.apiVersion,
    kind: deployments.kind,
    metadata: childMetadata(service, {
      labels: inheritedLabels(service),
      annotations: inheritedAnnotations(service),
    }),
    spec: {
      replicas: spec.replicas ?? 1,
      selector: { matchLabels: deployment.podSelector(service) },
      strategy: deploymentStrategy(spec),
      template: podTemplate(service, config, surroundings),
    },
  };
}

function checkSelector({ spec }: ServiceInput) {
  if (spec.extraPodMetadata?.labels?.[LABELS.selector] === undefined) return;
  throw new PlanError(
    `extraPodMetadata.labels[${LABELS.selector}]`,
    "the Deployment selects its pods by this label: remove it",
  );
}
