import type { V1Container, V1EnvVar } from "@kubernetes/client-node";
import { vllmEnv } from "./frameworks/vllm.ts";
import { baseContainer } from "./base_container.ts";
import type { PlatformConfig } from "../dynamo/platform_config.ts";
import { discoveryBackend } from "../dynamo/discovery.ts";
import { mergeEnv } from "./env_precedence.ts";
import type { Framework } from "./frameworks/framework.ts";
import { mergeStruct } from "./merge.ts";
import { containerShape } from "./merge_shapes.ts";
import type { PodRequest } from "./pod_request.ts";
import { overlayResources } from "./resources.ts";

/**
 * The container that runs the component: the defaults of its type, under the user's `mainContainer`, under the
 * component's own fields. Variables, from weak to strong: the platform's, those of the type, of `mainContainer`, of
 * `envs`, of the backend.
 *
 * Mounts of volumes that the pod gets besides are appended by the caller.
 *
 * @throws {PlanError} if the resources cannot be read
 */
export function mainContainer(request: PodRequest, framework: Framework): V1Container {
  const { spec, config } = request;
  const base = baseContainer({
    componentType: spec.componentType ?? "",
    dynamoNamespace: spec.dynamoNamespace ?? "",
    graphName: request.graphName,
    namespace: request.namespace,
    discoveryBackend: discoveryBackend(spec.annotations, config),
  });
  const users = spec.extraPodSpec?.mainContainer ?? {};
  const container = mergeStruct(base, users, containerShape);

  const env = [base.env, users.env, spec.envs]
    .reduce<V1EnvVar[]>((under, over) => mergeEnv(under, over ?? []), platformEnv(config));
  container.env = withBackendEnv(env, framework === "vllm" ? vllmEnv(spec.volumeMounts ?? []) : []);
  if (spec.livenessProbe) container.livenessProbe = spec.livenessProbe;
  if (spec.readinessProbe) container.readinessProbe = spec.readinessProbe;
  const resources = overlayResources(container.resources, spec.resources);
  if (resources) container.resources = resources;
  if (spec.envFromSecret !== undefined) {
    const source = { secretRef: { name: spec.envFromSecret } };
    container.envFrom = [...container.envFrom ?? [], source];
  }
  return container;
}

/** Where the platform's services are, so far as the installation says so. */
function platformEnv(config: PlatformConfig): V1EnvVar[] {
  return [
    { name: "NATS_SERVER", value: config.natsAddr },
    { name: "ETCD_ENDPOINTS", value: config.etcdAddr },
    { name: "MODEL_EXPRESS_URL", value: config.modelExpressUrl },
    { name: "PROMETHEUS_ENDPOINT", value: config.prometheusEndpoint },
  ].filter(({ value }) => value !== "");
}

/** Variables of the backend stand behind the sorted ones; a container knows each name once. */
function withBackendEnv(env: V1EnvVar[], backend: V1EnvVar[]): V1EnvVar[] {
  const names = new Set(backend.map(({ name }) => name));
  return [...env.filter(({ name }) => !names.has(name)), ...backend];
}
