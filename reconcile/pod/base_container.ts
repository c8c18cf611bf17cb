import type { V1Container, V1EnvVar } from "@kubernetes/client-node";
import { isFrontend, isPlanner, isWorker } from "../dynamo/component_type.ts";
import { discoveryBackend } from "../dynamo/discovery.ts";
import type { PlatformConfig } from "../dynamo/platform_config.ts";
import type { ServiceInput, ServiceSpec } from "../dynamo/service_input.ts";
import { HTTP_PORT, PLANNER_METRICS_PORT, SYSTEM_PORT } from "./ports.ts";
import { FRONTEND_PROBES, WORKER_PROBES } from "./probes.ts";

/** Returns the main container that the type of a component gives, before the user's fields are merged over it. */
export function baseContainer(
  service: ServiceInput,
  config: Pick<PlatformConfig, "discoveryBackend">,
): V1Container {
  const { command, args, port, env, probes } = defaultsOf(service.spec);
  return {
    name: "main",
    command,
    ...(args && { args }),
    ...(port && { ports: [{ protocol: "TCP", ...port }] }),
    env: [...identityEnv(service, config), ...env],
    ...probes,
  };
}

interface Defaults {
  command: string[];
  args?: string[];
  port?: { name: string; containerPort: number };
  env: V1EnvVar[];
  probes?: Pick<V1Container, "livenessProbe" | "readinessProbe" | "startupProbe">;
}

const SHELL = ["/bin/sh", "-c"];

function defaultsOf(spec: ServiceSpec): Defaults {
  if (isFrontend(spec)) {
    return {
      command: ["python3"],
      args: ["-m", "dynamo.frontend"],
      port: { name: "http", containerPort: HTTP_PORT },
      env: values({ DYNAMO_PORT: `${HTTP_PORT}`, DYN_HTTP_PORT: `${HTTP_PORT}` }),
      probes: FRONTEND_PROBES,
    };
  }
  if (isWorker(spec)) {
    return {
      command: SHELL,
      port: { name: "system", containerPort: SYSTEM_PORT },
      env: values({
        DYN_SYSTEM_ENABLED: "true",
        DYN_SYSTEM_USE_ENDPOINT_HEALTH_STATUS: '["generate"]',
        DYN_SYSTEM_PORT: `${SYSTEM_PORT}`,
        DYN_HEALTH_CHECK_ENABLED: "false",
      }),
      probes: WORKER_PROBES,
    };
  }
  if (isPlanner(spec)) {
    return {
      command: SHELL,
      port: { name: "metrics", containerPort: PLANNER_METRICS_PORT },
      env: values({ PLANNER_PROMETHEUS_PORT: `${PLANNER_METRICS_PORT}` }),
    };
  }
  return { command: SHELL, env: [] };
}

/** Returns the variables that say which component, graph and pod the container belongs to. */
function identityEnv(
  { spec, graphName, namespace }: ServiceInput,
  config: Pick<PlatformConfig, "discoveryBackend">,
): V1EnvVar[] {
  return [
    ...values({
      DYN_NAMESPACE: spec.dynamoNamespace ?? "",
      // The type of the component, not its name.
      DYN_COMPONENT: spec.componentType ?? "",
      DYN_PARENT_DGD_K8S_NAME: graphName,
      DYN_PARENT_DGD_K8S_NAMESPACE: namespace,
      // The runtime uses Kubernetes for every backend except etcd, even for one that it does not know.
      ...(discoveryBackend(spec.annotations, config) !== "etcd" && {
        DYN_DISCOVERY_BACKEND: "kubernetes",
      }),
    }),
    fieldEnv("POD_NAME", "metadata.name"),
    fieldEnv("POD_NAMESPACE", "metadata.namespace"),
    fieldEnv("POD_UID", "metadata.uid"),
  ];
}

function values(env: Record<string, string>): V1EnvVar[] {
  return Object.entries(env).map(([name, value]) => ({ name, value }));
}

function fieldEnv(name: string, fieldPath: string): V1EnvVar {
  return { name, valueFrom: { fieldRef: { fieldPath } } };
}
