import type { V1EnvVar } from "@kubernetes/client-node";
import { discoveryBackend, type PlatformConfig } from "../dynamo/platform_config.ts";
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
import { containerProbes } from "./probes.ts";

/**
 * Environment variables of a main container in layers, from the weakest to the strongest. A variable replaces the
 * variable with the same name in a weaker layer, including its `valueFrom`.
 *
 * Variables from `envFrom` and `envFromSecret` are weaker than all layers, because the kubelet lets `env` override
 * `envFrom`.
 */
export interface EnvLayers {
  /** Addresses of NATS, etcd, Model Express and Prometheus from the operator's flags; see {@link platformEnv}. */
  platform: Env;
  /** Variables for the identity and the ports of the component; see {@link identityEnv} and {@link typeEnv}. */
  componentType: Env;
  /** `extraPodSpec.mainContainer.env` of the service. */
  mainContainer: Env;
  /** `envs` of the graph, overridden by `envs` of the service; see {@link componentEnvs}. */
  component: Env;
  /**
   * Variables that the inference framework needs; see the folder frameworks/. They override the variables of all other
   * layers.
   */
  framework: Env;
}

/** The variables of one layer; undefined if the layer contains none. */
export type Env = readonly V1EnvVar[] | undefined;

/**
 * Returns the environment variables of a main container, sorted by name. The variables of the framework are at the end.
 * If a variable references another one by `$(NAME)`, the function moves the referenced variable before it, because the
 * kubelet expands only references to earlier variables.
 */
export function containerEnv(layers: EnvLayers): V1EnvVar[] {
  const { platform, componentType, mainContainer, component, framework = [] } = layers;
  const names = new Set(framework.map(({ name }) => name));
  const sorted = mergeEnv(platform, componentType, mainContainer, component);
  return inOrderOfReferences([...sorted.filter(({ name }) => !names.has(name)), ...framework]);
}

/**
 * Moves each referenced variable in front of the first variable that references it. No order satisfies a cycle of
 * references, so the variables of a cycle keep their order.
 */
function inOrderOfReferences(variables: V1EnvVar[]): V1EnvVar[] {
  if (!variables.some(({ value }) => value?.includes("$("))) return variables;
  const byName = new Map(variables.map((variable) => [variable.name, variable]));
  const referencedBy = ({ value = "" }: V1EnvVar) =>
    referencesIn(value).flatMap((name) => byName.get(name) ?? []);
  const ordered = new Set<V1EnvVar>();
  const place = (variable: V1EnvVar) => {
    if (ordered.has(variable)) return;
    for (const referenced of referencedBy(variable)) {
      if (!isReachable(variable, referenced, referencedBy)) place(referenced);
    }
    ordered.add(variable);
  };
  variables.forEach(place);
  return [...ordered];
}

/** Returns whether `goal` is `start` or one of its direct or indirect successors. `next` returns direct successors. */
function isReachable<T>(goal: T, start: T, next: (item: T) => readonly T[]): boolean {
  const reached = new Set([start]);
  // The loop also visits the items that it adds to the Set.
  for (const item of reached) next(item).forEach((found) => reached.add(found));
  return reached.has(goal);
}

/** Returns the names that a value references as `$(NAME)`. As in the kubelet, `$$` is an escaped dollar sign. */
function referencesIn(value: string): string[] {
  return [...value.matchAll(/\$\$|\$\(([^)]*)\)/g)].flatMap(([, name]) => name ?? []);
}

/** Merges the `envs` of a service over those of its graph. If the graph has none, returns the service's list. */
export function componentEnvs(graph: Env, service: V1EnvVar[] | undefined): V1EnvVar[] | undefined {
  return graph && graph.length > 0 ? mergeEnv(graph, service) : service;
}

/**
 * Merges the variables of all layers. The layers are ordered from the weakest to the strongest. A variable replaces the
 * variable with the same name in a weaker layer. The result is sorted by name, so that equal variables always produce
 * an equal pod template.
 */
export function mergeEnv(...layers: Env[]): V1EnvVar[] {
  const byName = new Map(layers.flatMap((layer) => layer ?? []).map((env) => [env.name, env]));
  return [...byName.values()].sort(compareNames);
}

/** Compares variables by name. For ASCII names, the result is the same as in the Go operator, which compares bytes. */
function compareNames(a: V1EnvVar, b: V1EnvVar): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

/** Returns the variables with the addresses of NATS, etcd, Model Express and Prometheus. Omits empty addresses. */
export function platformEnv(config: PlatformConfig): V1EnvVar[] {
  return [
    { name: "NATS_SERVER", value: config.natsAddr },
    { name: "ETCD_ENDPOINTS", value: config.etcdAddr },
    { name: "MODEL_EXPRESS_URL", value: config.modelExpressUrl },
    { name: "PROMETHEUS_ENDPOINT", value: config.prometheusEndpoint },
  ].filter(({ value }) => value !== "");
}

/** Returns the variables that identify a container's component, graph and pod. */
export function identityEnv(
  { spec, graphName, namespace }: ServiceInput,
  config: Pick<PlatformConfig, "discoveryBackend">,
): V1EnvVar[] {
  return [
    ...values({
      DYN_NAMESPACE: spec.dynamoNamespace ?? "",
      // `DYN_COMPONENT` contains the type of the component, not its name.
      DYN_COMPONENT: spec.componentType ?? "",
      DYN_PARENT_DGD_K8S_NAME: graphName,
      DYN_PARENT_DGD_K8S_NAMESPACE: namespace,
      // With every discovery backend except etcd, even an unknown one, the Dynamo runtime uses Kubernetes discovery.
      ...(discoveryBackend(spec.annotations, config) !== "etcd" && {
        DYN_DISCOVERY_BACKEND: "kubernetes",
      }),
    }),
    ...POD_ENV,
  ];
}

const POD_ENV: readonly V1EnvVar[] = [
  fieldEnv("POD_NAME", "metadata.name"),
  fieldEnv("POD_NAMESPACE", "metadata.namespace"),
  fieldEnv("POD_UID", "metadata.uid"),
];

/** Returns the variables for the ports and settings that the Dynamo runtime reads in a component of this type. */
export function typeEnv(spec: ServiceSpec): readonly V1EnvVar[] {
  if (isFrontend(spec)) {
    const port = frontendPort(spec);
    return values({ DYNAMO_PORT: `${port}`, DYN_HTTP_PORT: `${port}` });
  }
  if (isPlanner(spec)) return values({ PLANNER_PROMETHEUS_PORT: `${PLANNER_METRICS_PORT}` });
  return isWorker(spec) ? WORKER_ENV : [];
}

const WORKER_ENV: readonly V1EnvVar[] = values({
  DYN_SYSTEM_ENABLED: "true",
  DYN_SYSTEM_USE_ENDPOINT_HEALTH_STATUS: '["generate"]',
  DYN_SYSTEM_PORT: `${SYSTEM_PORT}`,
  DYN_HEALTH_CHECK_ENABLED: "false",
});

/**
 * Returns the port for the environment variables of a frontend: usually the default port, as in the Go operator. If the
 * probes use the user's port `http`, and the user sets no command, args or `DYN_HTTP_PORT`, the function returns the
 * user's port instead. With the default port, such a frontend would never become ready.
 */
function frontendPort(spec: ServiceSpec): number {
  const { command = [], args = [], ports = [], env = [] } = spec.extraPodSpec?.mainContainer ?? {};
  const port = ports.find(({ name }) => name === "http")?.containerPort;
  const isSetByUser = command.length > 0 || args.length > 0 ||
    [...env, ...spec.envs ?? []].some(({ name }) => name === "DYN_HTTP_PORT");
  if (port === undefined || isSetByUser) return HTTP_PORT;
  const { livenessProbe, readinessProbe } = containerProbes(spec);
  const isProbed = [livenessProbe, readinessProbe].every((probe) =>
    probe?.httpGet?.port === "http"
  );
  return isProbed ? port : HTTP_PORT;
}

function values(env: Record<string, string>): V1EnvVar[] {
  return Object.entries(env).map(([name, value]) => ({ name, value }));
}

function fieldEnv(name: string, fieldPath: string): V1EnvVar {
  return { name, valueFrom: { fieldRef: { fieldPath } } };
}
