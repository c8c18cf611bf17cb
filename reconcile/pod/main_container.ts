import type { V1Container } from "@kubernetes/client-node";
import type { PlatformConfig } from "../dynamo/platform_config.ts";
import { PlanError } from "../dynamo/problem.ts";
import { isFrontend, type ServiceInput, type ServiceSpec } from "../dynamo/service_input.ts";
import { containerEnv, identityEnv, platformEnv, typeEnv } from "./env_precedence.ts";
import type { Framework } from "./frameworks/framework.ts";
import { frameworks } from "./frameworks/frameworks.ts";
import { containerShape, mergeStruct } from "./merge.ts";
import { containerPorts, defaultPort } from "./ports.ts";
import { containerProbes, defaultProbes } from "./probes.ts";
import { overlayResources } from "./resources.ts";

/** Name of the main container, unless `mainContainer` sets another one. */
const DEFAULT_NAME = "main";

/**
 * Checks the fields of a spec that determine the main container. Throws the same PlanError as {@link mainContainer},
 * but does not check the resources.
 */
export function checkMainContainer(spec: ServiceSpec): void {
  const { mainContainer, containers = [], initContainers = [] } = spec.extraPodSpec ?? {};
  const name = mainContainer?.name || DEFAULT_NAME;
  for (const [field, others] of Object.entries({ containers, initContainers })) {
    const index = others.findIndex((container) => container.name === name);
    if (index < 0) continue;
    throw new PlanError(
      `extraPodSpec.${field}[${index}].name`,
      `"${name}" is the name of the main container: configure that container in ` +
        "extraPodSpec.mainContainer, or rename this one",
    );
  }
  containerProbes(spec);
  containerPorts(spec);
}

/**
 * Returns the container that runs the component. The user's `mainContainer` overrides the defaults of the component
 * type, and the component's own fields override the user's `mainContainer`. The caller adds the volume mounts that the
 * operator generates. Throws a PlanError if the resources are invalid.
 */
export function mainContainer(
  service: ServiceInput,
  config: PlatformConfig,
  framework: Framework,
): V1Container {
  const { spec } = service;
  checkMainContainer(spec);
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
  Object.assign(container, containerProbes(spec));
  const ports = containerPorts(spec);
  if (ports) container.ports = ports;
  const resources = overlayResources(container.resources, spec.resources);
  if (resources) container.resources = resources;
  if (spec.envFromSecret !== undefined) {
    const source = { secretRef: { name: spec.envFromSecret } };
    container.envFrom = [...container.envFrom ?? [], source];
  }
  return container;
}

/** Returns the default main container for the type of a component. The caller merges the user's fields over it. */
export function baseContainer(
  service: ServiceInput,
  config: Pick<PlatformConfig, "discoveryBackend">,
): V1Container {
  const { command, args } = defaultCommand(service.spec);
  const port = defaultPort(service.spec);
  return {
    name: DEFAULT_NAME,
    command,
    ...(args && { args }),
    ...(port && { ports: [port] }),
    env: [...identityEnv(service, config), ...typeEnv(service.spec)],
    ...defaultProbes(service.spec),
  };
}

/** Returns the default command for the type of a component. */
export function defaultCommand(spec: ServiceSpec): { command: string[]; args?: string[] } {
  return isFrontend(spec)
    ? { command: ["python3"], args: ["-m", "dynamo.frontend"] }
    : { command: ["/bin/sh", "-c"] };
}
