import type { V1Container, V1EnvVar } from "@kubernetes/client-node";
import { isFrontend, isWorker } from "../dynamo/component_type.ts";
import { HTTP_PORT, PLANNER_METRICS_PORT, SYSTEM_PORT } from "./ports.ts";
import { FRONTEND_PROBES, WORKER_PROBES } from "./probes.ts";

/** Who a container is, as its environment tells it. */
export interface Identity {
  componentType: string;
  dynamoNamespace: string;
  /** Name of the graph; "" for a component on its own. */
  graphName: string;
  /** The Kubernetes namespace. */
  namespace: string;
  /** How its pods find each other. */
  discoveryBackend: string;
}

/** The main container of a component before anything of the user's is merged over it. */
export function baseContainer(identity: Identity): V1Container {
  const { command, args, port, env, probes } = defaultsOf(identity.componentType);
  return {
    name: "main",
    command,
    ...(args && { args }),
    ...(port && { ports: [{ protocol: "TCP", ...port }] }),
    env: [...commonEnv(identity), ...env],
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

function defaultsOf(componentType: string): Defaults {
  if (isFrontend({ componentType })) {
    return {
      command: ["python3"],
      args: ["-m", "dynamo.frontend"],
      port: { name: "http", containerPort: HTTP_PORT },
      env: values({ DYNAMO_PORT: `${HTTP_PORT}`, DYN_HTTP_PORT: `${HTTP_PORT}` }),
      probes: FRONTEND_PROBES,
    };
  }
  if (isWorker({ componentType })) {
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
  if (componentType === "planner") {
    return {
      command: SHELL,
      port: { name: "metrics", containerPort: PLANNER_METRICS_PORT },
      env: values({ PLANNER_PROMETHEUS_PORT: `${PLANNER_METRICS_PORT}` }),
    };
  }
  return { command: SHELL, env: [] };
}

/** `DYN_COMPONENT` is the type of the component, not its name. */
function commonEnv(identity: Identity): V1EnvVar[] {
  return [
    ...values({
      DYN_NAMESPACE: identity.dynamoNamespace,
      DYN_COMPONENT: identity.componentType,
      DYN_PARENT_DGD_K8S_NAME: identity.graphName,
      DYN_PARENT_DGD_K8S_NAMESPACE: identity.namespace,
      // Any backend but etcd, known or not, makes the runtime use Kubernetes.
      ...(identity.discoveryBackend !== "etcd" && { DYN_DISCOVERY_BACKEND: "kubernetes" }),
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
