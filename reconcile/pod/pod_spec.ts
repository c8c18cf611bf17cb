import type { V1LocalObjectReference, V1PodSpec } from "@kubernetes/client-node";
import { ANNOTATIONS } from "../../crds/labels.ts";
import { discoveryAccountName, discoveryBackend } from "../dynamo/discovery.ts";
import { backendFramework } from "./frameworks/framework.ts";
import { mainContainer } from "./main_container.ts";
import { mergeStruct } from "./merge.ts";
import { podSpecShape } from "./merge_shapes.ts";
import type { PodRequest } from "./pod_request.ts";
import { pullSecretsFor } from "./pull_secrets.ts";
import { componentVolumes } from "./volumes.ts";

const PLANNER_ACCOUNT = "planner-serviceaccount";
const TERMINATION_GRACE_SECONDS = 60;
const DEFAULT_SECURITY_CONTEXT = { fsGroup: 1000 };

/**
 * The pod that runs one replica of a component on one node. The user's `extraPodSpec` is merged over the defaults;
 * the main container and generated volumes stand behind the user's own.
 *
 * The pod has no service account where neither user, type nor discovery decides on one.
 *
 * @throws {PlanError} if the component cannot become a pod
 */
export function podSpec(request: PodRequest): V1PodSpec {
  const { spec, config } = request;
  const framework = backendFramework(spec, request.backendFramework);
  const container = mainContainer(request, framework);
  const { volumes, mounts } = componentVolumes(spec, framework);
  const volumeMounts = [...container.volumeMounts ?? [], ...mounts];
  if (volumeMounts.length > 0) container.volumeMounts = volumeMounts;

  const { mainContainer: _main, serviceAccount: _deprecated, ...users } = spec.extraPodSpec ?? {};
  const pod = mergeStruct(basePod(spec.componentType), users, podSpecShape);
  // Any security context of the user's, even a partial one, is left exactly as it is.
  pod.securityContext ??= DEFAULT_SECURITY_CONTEXT;
  if (
    !pod.serviceAccountName && request.graphName &&
    discoveryBackend(spec.annotations, config) === "kubernetes"
  ) {
    pod.serviceAccountName = discoveryAccountName(request.graphName);
  }
  pod.containers = [...pod.containers, container];
  if (volumes.length > 0) pod.volumes = [...pod.volumes ?? [], ...volumes];
  const pullSecrets = withFound(pod.imagePullSecrets ?? [], request);
  if (pullSecrets.length > 0) pod.imagePullSecrets = pullSecrets;
  return pod;
}

function basePod(componentType: string | undefined): V1PodSpec {
  return {
    containers: [],
    terminationGracePeriodSeconds: TERMINATION_GRACE_SECONDS,
    restartPolicy: "Always",
    ...(componentType === "planner" && { serviceAccountName: PLANNER_ACCOUNT }),
  };
}

/** The user's pull Secrets, and behind them those found for the main container's image. */
function withFound(
  given: readonly V1LocalObjectReference[],
  { spec, pullSecrets }: PodRequest,
): V1LocalObjectReference[] {
  const image = spec.extraPodSpec?.mainContainer?.image;
  const disabled = spec.annotations?.[ANNOTATIONS.disableImagePullSecretDiscovery] === "true";
  if (!image || disabled) return [...given];
  const known = new Set(given.map(({ name }) => name));
  const found = pullSecretsFor(image, pullSecrets).filter((name) => !known.has(name));
  return [...given, ...found.map((name) => ({ name }))];
}
