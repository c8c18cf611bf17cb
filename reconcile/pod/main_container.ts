import type { V1Container, V1EnvVar } from "@kubernetes/client-node";
import type { PlatformConfig } from "../dynamo/platform_config.ts";
import type { ServiceInput } from "../dynamo/service_input.ts";
import { baseContainer } from "./base_container.ts";
import { containerEnv } from "./env_precedence.ts";
import type { Framework } from "./frameworks/framework.ts";
import { frameworks } from "./frameworks/frameworks.ts";
import { mergeStruct } from "./merge.ts";
import { containerShape } from "./merge_shapes.ts";
import { overlayResources } from "./resources.ts";

/**
 * Returns the container that runs the component: the defaults of its type, below the user's `mainContainer`, below the
 * component's own fields. The caller appends the mounts of generated volumes.
 *
 * @throws {PlanError} if the resources cannot be read
 */
export function mainContainer(
  service: ServiceInput,
  config: PlatformConfig,
  framework: Framework,
): V1Container {
  const { spec } = service;
  const base = baseContainer(service, config);
  const userContainer = spec.extraPodSpec?.mainContainer ?? {};
  const container = mergeStruct(base, userContainer, containerShape);
  container.env = containerEnv({
    platform: platformEnv(config),
    componentType: base.env,
    mainContainer: userContainer.env,
    component: spec.envs,
    framework: frameworks[framework].env?.(spec.volumeMounts ?? []),
  });
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

/** Returns the addresses of the platform's services that the installation sets. */
function platformEnv(config: PlatformConfig): V1EnvVar[] {
  return [
    { name: "NATS_SERVER", value: config.natsAddr },
    { name: "ETCD_ENDPOINTS", value: config.etcdAddr },
    { name: "MODEL_EXPRESS_URL", value: config.modelExpressUrl },
    { name: "PROMETHEUS_ENDPOINT", value: config.prometheusEndpoint },
  ].filter(({ value }) => value !== "");
}
