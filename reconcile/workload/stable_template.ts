import type { V1PodTemplateSpec } from "@kubernetes/client-node";
import { canonicalJson, sameJson } from "../../kube/json.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { Resource } from "../../kube/resource.ts";
import { driftFromPlan } from "../apply/drift.ts";
import type { StringMap } from "../dynamo/child_metadata.ts";
import { sha256Hex } from "../dynamo/names.ts";
import type { PlatformConfig } from "../dynamo/platform_config.ts";
import type { ServiceInput } from "../dynamo/service_input.ts";
import { DEFAULT_SERVICE_ACCOUNT } from "../pod/pod_template.ts";
import {
  discoveredPullSecrets,
  isDiscoveryDisabled,
  namedPullSecrets,
} from "../pod/pull_secrets.ts";
import { recordedInputs, type WorkloadInputs } from "./recorded_inputs.ts";
import type { WorkloadObserved } from "./workload.ts";

/** A field of a workload that contains a pod template. */
export interface TemplateField<T extends KubeObject> {
  /** Path of the field, such as `spec.template`. */
  path: string;
  /** Returns the pod template in this field of an object. */
  of(object: T): V1PodTemplateSpec | undefined;
}

/**
 * A workload before inputs such as pull Secrets are added to its pod templates. It depends only on the spec of the
 * component.
 */
export interface BareWorkload<T extends KubeObject> {
  manifest: T;
  /** Hash of the pod templates. */
  specHash: string;
}

/** Input of {@link stableManifest}. */
export interface StableTemplate<T extends KubeObject> {
  service: ServiceInput;
  config: PlatformConfig;
  observed: WorkloadObserved;
  resource: Resource<T>;
  bare: BareWorkload<T>;
  /** The pod templates of the workload. All of them have the same inputs. */
  templates: readonly TemplateField<T>[];
  /** Keys of the pod labels that the workload sets itself. */
  workloadLabels?: readonly string[];
  /**
   * How the kind uses PodGroups; absent if its pods never belong to a PodGroup.
   *
   * - `isServed`: whether the API server serves PodGroups.
   * - `isUsedBy`: returns whether the pods of a live workload belong to a PodGroup.
   */
  podGroup?: { isServed: boolean; isUsedBy(live: T): boolean };
  /** Returns the manifest with `inputs` in its pod templates and in the annotation that records inputs. */
  manifestWith(inputs: WorkloadInputs): T;
  /** Returns whether a pod with the newest template of the live workload is available. */
  hasAvailablePod(live: T): boolean;
  /** Returns whether all pods with the newest template of the live workload have been available at least once. */
  wasAvailable(live: T): boolean;
}

/** Empty inputs, from which the pod templates of a {@link BareWorkload} are built. */
export const NO_INPUTS: WorkloadInputs = { pullSecrets: [], serviceAccount: "", labels: {} };
const HASH_DIGITS = 16;

/** Returns the workload with the hash of its pod templates. The templates must be built from {@link NO_INPUTS}. */
export function bareWorkload<T extends KubeObject>(
  manifest: T,
  templates: readonly TemplateField<T>[],
): BareWorkload<T> {
  const texts = templates.map(({ of }) => canonicalJson(of(manifest)));
  return { manifest, specHash: sha256Hex(texts.join("\n"), HASH_DIGITS) };
}

/**
 * Returns the manifest of a workload. The manifest keeps the inputs of the live pod templates, such as pull Secrets,
 * unless a new spec changes the templates. Therefore, running pods are not replaced when a Secret is created, deleted
 * or rotated, or when the CRD of PodGroups is installed. They are also not replaced when a ServiceAccount gets or loses
 * the label for component pods, or when a label of the component changes.
 *
 * There are two exceptions. The manifest replaces a deleted ServiceAccount, because no pod can start with it. If no pod
 * has become available, a missing pull Secret or ServiceAccount may be the reason, so the manifest uses new ones.
 */
export function stableManifest<T extends KubeObject>(options: StableTemplate<T>): T {
  const { observed, resource, bare, manifestWith } = options;
  const live = observed.find(resource, bare.manifest.metadata.name);
  return manifestWith(live && keptInputs(options, live) || currentInputs(options));
}

function currentInputs<T extends KubeObject>(
  { service, observed, podGroup }: StableTemplate<T>,
): WorkloadInputs {
  return {
    pullSecrets: discoveredPullSecrets(service, observed.pullSecrets),
    serviceAccount: [...observed.podServiceAccounts].sort()[0] ?? DEFAULT_SERVICE_ACCOUNT,
    labels: service.graphName ? {} : service.labels,
    ...(podGroup?.isServed && { podGroup: true }),
  };
}

/** Returns the live inputs that the manifest keeps; undefined if a changed spec needs new pod templates. */
function keptInputs<T extends KubeObject>(
  options: StableTemplate<T>,
  live: T,
): WorkloadInputs | undefined {
  const { service, config, observed, bare, manifestWith } = options;
  const recorded = recordedInputs(live);
  const { pullSecrets, serviceAccount, ...others } = recorded?.inputs ??
    liveInputs(options, live);
  const current = currentInputs(options);
  const isDiscovering = config.pullSecretDiscovery && !isDiscoveryDisabled(service.spec);
  const kept: WorkloadInputs = {
    pullSecrets: isDiscovering ? pullSecrets : [],
    serviceAccount: accountExists(serviceAccount, observed)
      ? serviceAccount
      : current.serviceAccount,
    ...others,
  };
  const isUnchanged = recorded
    ? recorded.specHash === bare.specHash
    : runsTemplates(options, manifestWith(kept), live);
  if (!isUnchanged) return undefined;
  return isProven(kept, options, live) ? kept : repaired(kept, current, observed);
}

/**
 * Returns whether pods have started with these inputs: a pod is available, or all pods were available and all pull
 * Secrets still exist.
 */
function isProven<T extends KubeObject>(
  { pullSecrets }: WorkloadInputs,
  { observed, hasAvailablePod, wasAvailable }: StableTemplate<T>,
  live: T,
): boolean {
  const existing = new Set(observed.pullSecrets.map(({ metadata }) => metadata.name));
  return hasAvailablePod(live) ||
    (wasAvailable(live) && pullSecrets.every((name) => existing.has(name)));
}

/**
 * Returns the inputs for a workload without an available pod: the live inputs, with changes that may help its pods to
 * start. A new pull Secret may let the pods pull their image, and a newly labelled ServiceAccount may give them
 * permissions. Deleted Secrets and a different order of Secrets cannot help, so they change nothing. If Volcano is no
 * longer installed, the result omits the PodGroup, because the pods of a PodGroup need Volcano's scheduler.
 */
function repaired(
  kept: WorkloadInputs,
  current: WorkloadInputs,
  { podServiceAccounts }: WorkloadObserved,
): WorkloadInputs {
  const hasNewSecret = current.pullSecrets.some((name) => !kept.pullSecrets.includes(name));
  const hasNewAccount = podServiceAccounts.length > 0 &&
    !podServiceAccounts.includes(kept.serviceAccount);
  return {
    pullSecrets: hasNewSecret ? current.pullSecrets : kept.pullSecrets,
    serviceAccount: hasNewAccount ? current.serviceAccount : kept.serviceAccount,
    labels: kept.labels,
    ...(kept.podGroup && current.podGroup && { podGroup: true }),
  };
}

function accountExists(name: string, observed: WorkloadObserved): boolean {
  return name === DEFAULT_SERVICE_ACCOUNT || observed.podServiceAccounts.includes(name) ||
    observed.hasServiceAccount(name);
}

/**
 * Returns the inputs of a live workload without an annotation that records them. The inputs are all values in the pod
 * templates that the spec does not set. The pull Secrets keep their live order.
 */
function liveInputs<T extends KubeObject>(
  { service: { spec, labels }, templates, workloadLabels = [], podGroup }: StableTemplate<T>,
  live: T,
): WorkloadInputs {
  const { metadata, spec: pod } = templates[0]?.of(live) ?? {};
  const named = namedPullSecrets(spec);
  const { ...podLabels } = metadata?.labels ?? {};
  for (const key of workloadLabels) delete podLabels[key];
  return {
    pullSecrets: pullSecretNames(pod).filter((name) => !named.has(name)),
    serviceAccount: pod?.serviceAccountName ?? "",
    labels: liveLabels(podLabels, { ofSpec: spec.labels, ofComponent: labels }),
    ...(podGroup?.isUsedBy(live) && { podGroup: true }),
  };
}

/**
 * Returns the labels of a live pod template, without the labels that the spec of the component sets. Also omits labels
 * with the prefix `nvidia.com/`, because the operator sets them. Always includes labels that the metadata of
 * the component also contains.
 */
function liveLabels(
  live: StringMap,
  { ofSpec = {}, ofComponent }: { ofSpec: StringMap | undefined; ofComponent: StringMap },
): StringMap {
  return Object.fromEntries(
    Object.entries(live).filter(([key]) =>
      ofComponent[key] !== undefined ||
      (ofSpec[key] === undefined && !key.startsWith("nvidia.com/"))
    ),
  );
}

/** Returns whether the live templates equal the planned ones in all planned fields and in the lists of pull Secrets. */
function runsTemplates<T extends KubeObject>(
  { resource, templates }: Pick<StableTemplate<T>, "resource" | "templates">,
  manifest: T,
  live: T,
): boolean {
  const drifted = driftFromPlan({ resource, manifest }, live);
  return templates.every(({ path, of }) =>
    sameJson(pullSecretNames(of(manifest)?.spec), pullSecretNames(of(live)?.spec)) &&
    !drifted.some((field) => field.startsWith(path))
  );
}

function pullSecretNames(pod: V1PodTemplateSpec["spec"]): string[] {
  return (pod?.imagePullSecrets ?? []).flatMap(({ name }) => name ? [name] : []);
}
