import type { V1PodSpec } from "@kubernetes/client-node";
import type { PlatformConfig } from "../dynamo/platform_config.ts";
import { serviceAccountOf } from "../dynamo/service_account.ts";
import type { ServiceInput, ServiceSpec } from "../dynamo/service_input.ts";
import { frameworkOf } from "./frameworks/framework.ts";
import { frameworks } from "./frameworks/frameworks.ts";
import type { ReplicaNodes } from "./frameworks/replica_nodes.ts";
import { checkMainContainer, mainContainer } from "./main_container.ts";
import { mergeStruct, podSpecShape } from "./merge.ts";
import { overlayResources } from "./resources.ts";
import { componentVolumes, lastAtEachPath } from "./volumes.ts";

const BASE_POD: V1PodSpec = {
  containers: [],
  terminationGracePeriodSeconds: 60,
  restartPolicy: "Always",
};
const DEFAULT_SECURITY_CONTEXT = { fsGroup: 1000 };

/**
 * Returns the spec of a pod that runs one replica of a service, or one node of a multinode replica. The function merges
 * the user's `extraPodSpec` over the defaults, and appends the main container and its volumes to the user's lists.
 * Throws a PlanError for an invalid service.
 *
 * @param pullSecrets names of discovered pull Secrets; they follow the pull Secrets of the user
 * @param nodes how the pods of a multinode replica address each other; without it, the pod runs a whole replica
 */
export function podSpec(
  service: ServiceInput,
  config: PlatformConfig,
  pullSecrets: readonly string[],
  nodes?: ReplicaNodes,
): V1PodSpec {
  const { spec } = service;
  const framework = frameworkOf(spec);
  const own = mainContainer(service, config, framework);
  const { volumes, mounts } = componentVolumes(spec, framework);
  const multinode = nodes && service.nodes > 1
    ? frameworks[framework].multinode?.(own, { service, nodes, config })
    : undefined;
  const container = multinode?.container ?? own;
  volumes.push(...multinode?.volumes ?? []);
  const volumeMounts = lastAtEachPath([
    ...container.volumeMounts ?? [],
    ...mounts,
    ...multinode?.mounts ?? [],
  ]);
  if (volumeMounts.length > 0) container.volumeMounts = volumeMounts;

  const { mainContainer: _main, serviceAccount: _old, serviceAccountName: _name, ...user } =
    spec.extraPodSpec ?? {};
  const pod = mergeStruct(BASE_POD, user, podSpecShape);
  // The user's security context replaces the whole default, even if it sets only one field.
  pod.securityContext ??= DEFAULT_SECURITY_CONTEXT;
  const serviceAccountName = serviceAccountOf(service, config);
  if (serviceAccountName) pod.serviceAccountName = serviceAccountName;
  pod.containers = [...pod.containers, container];
  if (volumes.length > 0) pod.volumes = [...pod.volumes ?? [], ...volumes];
  if (pullSecrets.length > 0) {
    const discovered = pullSecrets.map((name) => ({ name }));
    pod.imagePullSecrets = [...pod.imagePullSecrets ?? [], ...discovered];
  }
  return pod;
}

/** Validates a spec without rendering the pod. Throws the same {@link PlanError} as {@link podSpec}. */
export function checkPodSpec(spec: ServiceSpec): void {
  const framework = frameworkOf(spec);
  checkMainContainer(spec);
  overlayResources(undefined, spec.resources);
  componentVolumes(spec, framework);
}
