import type {
  V1DeploymentCondition,
  V1DeploymentStrategy,
  V1PodTemplateSpec,
} from "@kubernetes/client-node";
import type { ComponentSpec } from "../../crds/kinds/component_spec.ts";
import { ANNOTATIONS, LABELS } from "../../crds/labels.ts";
import { type Deployment, deployments } from "../../kube/builtin.ts";
import { oncePerObject } from "../../kube/once_per_object.ts";
import { childMetadata, objectAnnotations, objectLabels } from "../dynamo/child_metadata.ts";
import { conditionOf, REASONS } from "../dynamo/conditions.ts";
import { labelValue } from "../dynamo/names.ts";
import type { PlatformConfig } from "../dynamo/platform_config.ts";
import { PlanError } from "../dynamo/problem.ts";
import { isFrontend, type ServiceInput } from "../dynamo/service_input.ts";
import { checkPodSpec } from "../pod/pod_spec.ts";
import { podLabels, podTemplate, withInputs } from "../pod/pod_template.ts";
import { withRecordedInputs, type WorkloadInputs } from "./recorded_inputs.ts";
import { bareWorkload, NO_INPUTS, stableManifest, type TemplateField } from "./stable_template.ts";
import { startDeadlineSeconds } from "./start_deadline.ts";
import type { Workload } from "./workload.ts";

const TEMPLATES: readonly TemplateField<Deployment>[] = [
  { path: "spec.template", of: ({ spec }) => spec?.template },
];

/** Workload of a service that runs each replica on one node: a Deployment with the name of the component. */
export const deployment: Workload<Deployment> = {
  resource: deployments,
  resources: [deployments],
  optional: false,
  reasons: { ready: REASONS.deploymentReady, notReady: REASONS.deploymentNotReady },
  check(service) {
    checkSelector(service);
    deploymentStrategy(service.spec);
    checkPodSpec(service.spec);
  },
  plan(service, config, observed) {
    checkSelector(service);
    const manifest = stableManifest({
      service,
      config,
      observed,
      resource: deployments,
      bare: bareDeployment(service, config),
      templates: TEMPLATES,
      manifestWith: (inputs) => deploymentWith(service, config, inputs),
      hasAvailablePod,
      wasAvailable: ({ status }) => conditionOf(status, "Progressing")?.reason === ROLLOUT_COMPLETE,
    });
    return [{ resource: deployments, manifest, policy: "own" }];
  },
  podSelector: ({ name }) => ({ matchLabels: { [LABELS.selector]: labelValue(name) } }),
  podLabels: (service) => podLabels(service, {}),
  notReady: whyNotRolledOut,
  hasStalled,
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

const bareDeployment = oncePerObject((service: ServiceInput, config: PlatformConfig) => {
  const { spec } = service;
  const strategy = deploymentStrategy(spec);
  const template = podTemplate(service, config, NO_INPUTS);
  const manifest: Deployment = {
    apiVersion: deployments.apiVersion,
    kind: deployments.kind,
    metadata: childMetadata(service, {
      labels: objectLabels(service),
      annotations: objectAnnotations(service),
    }),
    spec: {
      // Sets defaults explicitly, because the operator repairs drift only in planned fields.
      replicas: spec.replicas ?? 1,
      paused: false,
      progressDeadlineSeconds: progressDeadlineSeconds(spec, template),
      selector: deployment.podSelector(service),
      strategy,
      template,
    },
  };
  return bareWorkload(manifest, TEMPLATES);
});

const deploymentWith = oncePerObject(
  (service: ServiceInput, config: PlatformConfig, inputs: WorkloadInputs): Deployment => {
    const { manifest, specHash } = bareDeployment(service, config);
    const { spec } = manifest;
    const complete = spec
      ? { ...manifest, spec: { ...spec, template: withInputs(spec.template, service, inputs) } }
      : manifest;
    return withRecordedInputs(complete, { specHash, inputs });
  },
);

/**
 * Returns whether a replica with the newest pod template is certainly available. The status does not report this
 * directly. If more replicas are available than old replicas exist, one of the available replicas is new. If old
 * replicas are unavailable, the result may be false although a new replica is available.
 */
function hasAvailablePod({ status }: Deployment): boolean {
  const { replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = status ?? {};
  return availableReplicas > replicas - updatedReplicas;
}

function checkSelector({ spec }: ServiceInput) {
  if (spec.extraPodMetadata?.labels?.[LABELS.selector] === undefined) return;
  throw new PlanError(
    `extraPodMetadata.labels[${LABELS.selector}]`,
    "the selector of the Deployment uses this label: remove the label",
  );
}

/**
 * Returns the reason why a Deployment has not fully rolled out its newest generation; undefined if it has. A rollout is
 * complete if the Deployment controller observed that generation, all desired replicas are updated and available, and
 * no old replica is left.
 *
 * The result quotes only conditions that report failures, because the messages about progress change too often.
 */
export function whyNotRolledOut(deployment: Deployment): string | undefined {
  const { metadata: { generation = 0 }, spec, status } = deployment;
  if (spec?.paused) return "it is paused";
  if ((status?.observedGeneration ?? 0) < generation) {
    return "its newest generation is not observed yet";
  }
  const desired = spec?.replicas ?? 1;
  const { replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = status ?? {};
  const old = replicas - updatedReplicas;
  const counts = [
    updatedReplicas < desired && `${updatedReplicas} of ${desired} replicas updated`,
    old > 0 && `old replicas left: ${old}`,
    old <= 0 && replicas > desired && `surplus replicas: ${replicas - desired}`,
    availableReplicas < desired && `${availableReplicas} of ${desired} replicas available`,
  ].filter((text) => text !== false);
  const failures = (status?.conditions ?? []).filter(isFailure)
    .map(({ reason, message }) => `${reason ?? "Failed"}: ${message ?? ""}`);
  if (counts.length > 0) return [...counts, ...failures].join(", ");
  const available = conditionOf(status, "Available");
  if (available?.status === "True") return undefined;
  return available
    ? `${available.reason}: ${available.message}`
    : "its Available condition is not reported yet";
}

/** Returns whether a condition reports that pods cannot be created, or that the rollout makes no progress. */
function isFailure({ type, status }: V1DeploymentCondition): boolean {
  return type === "ReplicaFailure"
    ? status === "True"
    : type === "Progressing" && status === "False";
}

/**
 * Returns whether the newest generation of a Deployment exceeded its deadline. The Deployment controller still reports
 * an exceeded deadline after the deadline was extended, for example by an upgrade of the operator. Therefore the
 * component must also have been unavailable for longer than the current deadline.
 */
function hasStalled({ metadata, spec, status }: Deployment, unavailableMs: number): boolean {
  const progressing = conditionOf(status, "Progressing");
  const isExceeded = progressing?.status === "False" && progressing.reason === DEADLINE_EXCEEDED;
  const isObserved = (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0);
  const deadlineMs = (spec?.progressDeadlineSeconds ?? DEFAULT_DEADLINE_SECONDS) * 1_000;
  return isExceeded && isObserved && unavailableMs + STATUS_DELAY_MS >= deadlineMs;
}

/** Assumed maximum delay from the start of a rollout until the status reports the component as unavailable. */
const STATUS_DELAY_MS = 60_000;
/** Reason that the Deployment controller reports after a complete rollout, even if pods become unavailable later. */
const ROLLOUT_COMPLETE = "NewReplicaSetAvailable";
/** Reason that the Deployment controller reports if a rollout makes no progress within the deadline. */
const DEADLINE_EXCEEDED = "ProgressDeadlineExceeded";
/** Progress deadline of a Deployment that does not set one, in seconds. */
const DEFAULT_DEADLINE_SECONDS = 600;
/** Time that the default startup probe of a worker allows for loading a model. */
const MODEL_LOADING_SECONDS = 7_200;

/** Value of `progressDeadlineSeconds` that Kubernetes treats as no deadline: the largest int32. */
const NO_DEADLINE = 2_147_483_647;

/**
 * Returns the time after which a rollout without progress counts as failed: the time that the probes allow for the
 * start of a container, plus the default deadline. A frontend is ready only after its workers, so its deadline also
 * includes the time in which a worker loads its model.
 */
function progressDeadlineSeconds(spec: ComponentSpec, template: V1PodTemplateSpec): number {
  const waitsForOthers = isFrontend(spec) ? MODEL_LOADING_SECONDS : 0;
  return Math.min(startDeadlineSeconds([template], waitsForOthers), NO_DEADLINE);
}

const DEFAULT_SHARE = "25%";

/**
 * Returns how a Deployment replaces its pods: a quarter of them at a time, unless annotations set another share. An
 * unknown strategy counts as RollingUpdate. Throws a {@link PlanError} if a value is neither a number nor a percentage.
 */
export function deploymentStrategy(spec: ComponentSpec): V1DeploymentStrategy {
  if (spec.annotations?.[ANNOTATIONS.deploymentStrategy] === "Recreate") {
    return { type: "Recreate" };
  }
  return {
    type: "RollingUpdate",
    rollingUpdate: {
      maxSurge: share(spec, ANNOTATIONS.rollingUpdateMaxSurge),
      maxUnavailable: share(spec, ANNOTATIONS.rollingUpdateMaxUnavailable),
    },
  };
}

/** Returns a number of pods or a percentage from an annotation. Pod annotations override component annotations. */
function share(spec: ComponentSpec, key: string): number | string {
  const ofPods = spec.extraPodMetadata?.annotations?.[key];
  const value = ofPods || spec.annotations?.[key] || DEFAULT_SHARE;
  if (/^\d+$/.test(value)) return Number(value);
  if (/^\d+%$/.test(value)) return value;
  throw new PlanError(
    `${ofPods ? "extraPodMetadata.annotations" : "annotations"}[${key}]`,
    `"${value}" is neither a number of pods nor a percentage: use a value such as 1 or 25%`,
  );
}
