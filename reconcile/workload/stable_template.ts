import type { V1PodTemplateSpec } from "@kubernetes/client-node";
import { ANNOTATIONS } from "../../crds/labels.ts";
import type { KubeObject } from "../../kube/object.ts";
import { planHashOf } from "../apply/plan_hash.ts";
import type { PlatformConfig } from "../dynamo/platform_config.ts";
import type { ServiceInput } from "../dynamo/service_input.ts";
import { DEFAULT_SERVICE_ACCOUNT, type PodSurroundings } from "../pod/pod_template.ts";
import {
  discoveredPullSecrets,
  isDiscoveryDisabled,
  namedPullSecrets,
} from "../pod/pull_secrets.ts";
import type { WorkloadObserved } from "./workload.ts";

/** A live workload with one pod template. */
type LiveWorkload = KubeObject & { spec?: { template?: V1PodTemplateSpec } };

/** Input of {@link stableManifest}. */
export interface StableTemplate<T extends LiveWorkload> {
  service: ServiceInput;
  config: PlatformConfig;
  observed: Omit<WorkloadObserved, "find">;
  live: T | undefined;
  /** Returns the manifest with these references to other objects. */
  manifestWith(surroundings: PodSurroundings): T;
  /** Returns whether the live workload runs the pod template of the manifest and all its replicas are available. */
  isRunning(manifest: T, live: T): boolean;
}

/**
 * Returns the manifest of a workload. While the workload runs, the manifest keeps the pull Secrets and the
 * ServiceAccount of the live template. A Secret that is created, deleted or rotated, or a ServiceAccount that gets the
 * label for component pods, must not replace running pods. The manifest uses the current objects after the next change
 * of the template. It also does so while a replica is unavailable, because the replica may be unable to pull its image.
 */
export function stableManifest<T extends LiveWorkload>(
  { service, config, observed, live, manifestWith, isRunning }: StableTemplate<T>,
): T {
  const accounts = [...observed.podServiceAccounts].sort();
  const current: PodSurroundings = {
    pullSecrets: discoveredPullSecrets(service, observed.pullSecrets),
    serviceAccount: accounts[0] ?? DEFAULT_SERVICE_ACCOUNT,
  };
  if (!live) return manifestWith(current);
  const isDiscovering = config.pullSecretDiscovery && !isDiscoveryDisabled(service.spec);
  const liveAccount = live.spec?.template?.spec?.serviceAccountName ?? "";
  const isCandidate = [...accounts, DEFAULT_SERVICE_ACCOUNT].includes(liveAccount);
  const kept: PodSurroundings = {
    pullSecrets: isDiscovering ? livePullSecrets(service, live) : current.pullSecrets,
    serviceAccount: isCandidate ? liveAccount : current.serviceAccount,
  };
  const isCurrent = kept.serviceAccount === current.serviceAccount &&
    kept.pullSecrets.join() === current.pullSecrets.join();
  if (isCurrent) return manifestWith(current);
  const unchanged = manifestWith(kept);
  return isRunning(unchanged, live) ? unchanged : manifestWith(current);
}

/** Returns the annotation that records discovered pull Secrets; no annotation if there are none. */
export function pullSecretsAnnotation(names: readonly string[]): Record<string, string> {
  return names.length > 0 ? { [ANNOTATIONS.discoveredPullSecrets]: names.join(",") } : {};
}

/**
 * Returns the names of the discovered pull Secrets in the live pod template, in their order. In a workload of the Go
 * operator, all pull Secrets that the user does not name count as discovered.
 */
function livePullSecrets({ spec }: ServiceInput, live: LiveWorkload): string[] {
  const recorded = live.metadata.annotations?.[ANNOTATIONS.discoveredPullSecrets]?.split(",") ??
    (planHashOf(live) === undefined ? undefined : []);
  const named = namedPullSecrets(spec);
  const references = live.spec?.template?.spec?.imagePullSecrets ?? [];
  return references.flatMap(({ name = "" }) => {
    const isDiscovered = !named.has(name) && (recorded?.includes(name) ?? true);
    return isDiscovered ? [name] : [];
  });
}
