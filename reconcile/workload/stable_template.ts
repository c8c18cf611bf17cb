import type { V1PodTemplateSpec } from "@kubernetes/client-node";
import { canonicalJson, sameJson } from "../../kube/json.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { Resource } from "../../kube/resource.ts";
import { driftFromPlan } from "../apply/drift.ts";
import type { StringMap } from "../dynamo/child_metadata.ts";
import { sha256Hex } from "../dynamo/names.ts";
import type { PlatformConfig } from "../dynamo/platform_config.ts";
import type { ServiceInput } from "../dynamo/service_input.ts";
import { DEFAULT_SERVICE_ACCOUNT, type PodInputs } from "../pod/pod_template.ts";
import {
  discoveredPullSecrets,
  isDiscoveryDisabled,
  namedPullSecrets,
} from "../pod/pull_secrets.ts";
import { recordedInputs, withRecordedInputs } from "./recorded_inputs.ts";
import type { WorkloadObserved } from "./workload.ts";

/** A live workload with one pod template. */
type LiveWorkload = KubeObject & { spec?: { template?: V1PodTemplateSpec } };

/** Options of {@link stableManifest}. */
export interface StableTemplate<T extends LiveWorkload> {
  service: ServiceInput;
  config: PlatformConfig;
  observed: WorkloadObserved;
  resource: Resource<T>;
  /** Returns the manifest with these inputs in its pod template. */
  manifestWith(inputs: PodInputs): T;
  /** Returns whether a pod with the newest template of the live workload is available. */
  hasAvailablePod(live: T): boolean;
  /** Returns whether all pods with the newest template of the live workload have been available before. */
  wasAvailable(live: T): boolean;
}

const NO_INPUTS: PodInputs = { pullSecrets: [], serviceAccount: "", labels: {} };
const HASH_DIGITS = 16;

/**
 * Returns the manifest of a workload. Until the spec changes the pod template, the manifest keeps the inputs of the
 * live template: a Secret that is created, deleted or rotated, a ServiceAccount that gets or loses the label for
 * component pods, or a label on the component must not replace running pods. A deleted ServiceAccount is replaced,
 * because no pod can start with it. If no pod has become available, a missing pull Secret or ServiceAccount may be the
 * reason, so the manifest then uses a new one.
 */
export function stableManifest<T extends LiveWorkload>(options: StableTemplate<T>): T {
  const { service, observed, resource, manifestWith } = options;
  const template = manifestWith(NO_INPUTS).spec?.template;
  const specHash = sha256Hex(canonicalJson(template), HASH_DIGITS);
  const live = observed.find(resource, service.name);
  const inputs = live && keptInputs(options, live, specHash) || currentInputs(service, observed);
  return withRecordedInputs(manifestWith(inputs), { specHash, inputs });
}

function currentInputs(service: ServiceInput, observed: WorkloadObserved): PodInputs {
  return {
    pullSecrets: discoveredPullSecrets(service, observed.pullSecrets),
    serviceAccount: [...observed.podServiceAccounts].sort()[0] ?? DEFAULT_SERVICE_ACCOUNT,
    labels: service.graphName ? {} : service.labels,
  };
}

/** Returns the {@link PodInputs} of the live pod template; undefined if a changed spec needs a new template. */
function keptInputs<T extends LiveWorkload>(
  options: StableTemplate<T>,
  live: T,
  specHash: string,
): PodInputs | undefined {
  const { service, config, observed, resource, manifestWith } = options;
  const recorded = recordedInputs(live);
  const { pullSecrets, serviceAccount, labels } = recorded?.inputs ?? liveInputs(service, live);
  const current = currentInputs(service, observed);
  const isDiscovering = config.pullSecretDiscovery && !isDiscoveryDisabled(service.spec);
  const kept: PodInputs = {
    pullSecrets: isDiscovering ? pullSecrets : [],
    serviceAccount: accountExists(serviceAccount, observed)
      ? serviceAccount
      : current.serviceAccount,
    labels,
  };
  const isUnchanged = recorded
    ? recorded.specHash === specHash
    : runsTemplate({ resource, manifest: manifestWith(kept) }, live);
  if (!isUnchanged) return undefined;
  return isProven(kept, options, live) ? kept : repaired(kept, current, observed);
}

/** Returns whether pods can start with these inputs: one is available, or all were, and no Secret was deleted. */
function isProven<T extends LiveWorkload>(
  { pullSecrets }: PodInputs,
  { observed, hasAvailablePod, wasAvailable }: StableTemplate<T>,
  live: T,
): boolean {
  const existing = new Set(observed.pullSecrets.map(({ metadata }) => metadata.name));
  return hasAvailablePod(live) ||
    (wasAvailable(live) && pullSecrets.every((name) => existing.has(name)));
}

/**
 * Returns the inputs of a workload without an available pod: a new Secret may let its pods pull their image, and a
 * ServiceAccount that gets the label may give them permissions. Deleted Secrets and a different order have no effect.
 */
function repaired(
  kept: PodInputs,
  current: PodInputs,
  { podServiceAccounts }: WorkloadObserved,
): PodInputs {
  const hasNewSecret = current.pullSecrets.some((name) => !kept.pullSecrets.includes(name));
  const hasNewAccount = podServiceAccounts.length > 0 &&
    !podServiceAccounts.includes(kept.serviceAccount);
  return {
    pullSecrets: hasNewSecret ? current.pullSecrets : kept.pullSecrets,
    serviceAccount: hasNewAccount ? current.serviceAccount : kept.serviceAccount,
    labels: kept.labels,
  };
}

function accountExists(name: string, observed: WorkloadObserved): boolean {
  return name === DEFAULT_SERVICE_ACCOUNT || observed.podServiceAccounts.includes(name) ||
    observed.hasServiceAccount(name);
}

/**
 * Returns the inputs in a live template that lacks a record: everything that the spec does not set. The values keep
 * their order.
 */
function liveInputs({ spec, labels }: ServiceInput, live: LiveWorkload): PodInputs {
  const { metadata, spec: pod } = live.spec?.template ?? {};
  const named = namedPullSecrets(spec);
  return {
    pullSecrets: pullSecretNames(pod).filter((name) => !named.has(name)),
    serviceAccount: pod?.serviceAccountName ?? "",
    labels: liveLabels(metadata?.labels, { ofSpec: spec.labels, ofComponent: labels }),
  };
}

/** Returns the live labels of pods that neither the spec nor the operator determines. */
function liveLabels(
  live: StringMap = {},
  { ofSpec = {}, ofComponent }: { ofSpec: StringMap | undefined; ofComponent: StringMap },
): StringMap {
  return Object.fromEntries(
    Object.entries(live).filter(([key]) =>
      ofComponent[key] !== undefined ||
      (ofSpec[key] === undefined && !key.startsWith("nvidia.com/"))
    ),
  );
}

/** Returns whether the live template equals the planned one in all planned fields and in its list of pull Secrets. */
function runsTemplate<T extends LiveWorkload>(
  planned: { resource: Resource<T>; manifest: T },
  live: T,
): boolean {
  const [pod, livePod] = [planned.manifest, live].map(({ spec }) => spec?.template?.spec);
  return sameJson(pullSecretNames(pod), pullSecretNames(livePod)) &&
    !driftFromPlan(planned, live).some((path) => path.startsWith("spec.template"));
}

function pullSecretNames(pod: V1PodTemplateSpec["spec"]): string[] {
  return (pod?.imagePullSecrets ?? []).flatMap(({ name }) => name ? [name] : []);
}
