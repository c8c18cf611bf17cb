import type { V1Container, V1Probe } from "@kubernetes/client-node";
import type { PlatformConfig } from "../dynamo/platform_config.ts";
import {
  HTTP_PORT,
  isFrontend,
  isPlanner,
  isWorker,
  PLANNER_METRICS_PORT,
  type ServiceInput,
  type ServiceSpec,
  SYSTEM_PORT,
} from "../dynamo/service_input.ts";
import { containerEnv, identityEnv, platformEnv, typeEnv } from "./env_precedence.ts";
import type { Framework } from "./frameworks/framework.ts";
import { frameworks } from "./frameworks/frameworks.ts";
import { containerShape, mergeStruct } from "./merge.ts";
import { overlayResources } from "./resources.ts";

/**
 * Returns the container that runs the component. The user's `mainContainer` overrides the defaults of the component
 * type, and the component's own fields override the user's `mainContainer`. The caller appends the mounts of generated
 * volumes. Throws a PlanError if the resources are invalid.
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

/** Returns the default main container for the type of a component. The caller merges the user's fields over it. */
export function baseContainer(
  service: ServiceInput,
  config: Pick<PlatformConfig, "discoveryBackend">,
): V1Container {
  const { command, args, port, probes } = defaultsOf(service.spec);
  return {
    name: "main",
    command,
    ...(args && { args }),
    ...(port && { ports: [{ protocol: "TCP", ...port }] }),
    env: [...identityEnv(service, config), ...typeEnv(service.spec)],
    ...probes,
  };
}

interface Defaults {
  command: string[];
  args?: string[];
  port?: { name: string; containerPort: number };
  probes?: Pick<V1Container, "livenessProbe" | "readinessProbe" | "startupProbe">;
}

const SHELL = ["/bin/sh", "-c"];

function defaultsOf(spec: ServiceSpec): Defaults {
  if (isFrontend(spec)) {
    return {
      command: ["python3"],
      args: ["-m", "dynamo.frontend"],
      port: { name: "http", containerPort: HTTP_PORT },
      probes: FRONTEND_PROBES,
    };
  }
  if (isWorker(spec)) {
    return {
      command: SHELL,
      port: { name: "system", containerPort: SYSTEM_PORT },
      probes: WORKER_PROBES,
    };
  }
  if (isPlanner(spec)) {
    return {
      command: SHELL,
      port: { name: "metrics", containerPort: PLANNER_METRICS_PORT },
    };
  }
  return { command: SHELL };
}

type Probes = Pick<V1Container, "livenessProbe" | "readinessProbe" | "startupProbe">;

/** Returns an HTTP probe. It refers to the port by name, so it stays valid if a user changes the number in `ports`. */
function get(path: string, port: string, timing: V1Probe): V1Probe {
  return { httpGet: { path, port }, ...timing };
}

/** A frontend is live soon after it starts, and ready once it has discovered its workers. */
const FRONTEND_PROBES: Probes = {
  livenessProbe: get("/live", "http", {
    initialDelaySeconds: 15,
    periodSeconds: 10,
    timeoutSeconds: 1,
    failureThreshold: 3,
  }),
  readinessProbe: get("/health", "http", {
    initialDelaySeconds: 10,
    periodSeconds: 10,
    timeoutSeconds: 3,
    failureThreshold: 3,
  }),
};

/** A worker has two hours to load its model. Once it has started, a single failed liveness probe restarts it. */
const WORKER_PROBES: Probes = {
  livenessProbe: get("/live", "system", {
    periodSeconds: 5,
    timeoutSeconds: 4,
    failureThreshold: 1,
  }),
  readinessProbe: get("/health", "system", {
    periodSeconds: 10,
    timeoutSeconds: 4,
    failureThreshold: 3,
  }),
  startupProbe: get("/live", "system", {
    periodSeconds: 10,
    timeoutSeconds: 5,
    failureThreshold: 720,
  }),
};
