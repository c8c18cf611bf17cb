import type { V1EnvVar } from "@kubernetes/client-node";

/**
 * The environment variables of a main container in layers, from the weakest to the strongest. A variable replaces the
 * entry of the same name in a weaker layer, including its `valueFrom`.
 *
 * Variables of `envFrom`, and so of `envFromSecret`, are weaker than all layers, because the kubelet ranks them so.
 */
export interface EnvLayers {
  /** Addresses of the platform's services, from the flags of the operator; see main_container.ts. */
  platform: Env;
  /** Identity and ports, from the type of the component; see main_container.ts. */
  componentType: Env;
  /** `extraPodSpec.mainContainer.env` of the service. */
  mainContainer: Env;
  /** `envs` of the graph, and above them `envs` of the service; see {@link componentEnvs}. */
  component: Env;
  /** Variables that the inference framework needs; see frameworks/. They follow the sorted ones. */
  framework: Env;
}

/** The variables of one layer. */
export type Env = readonly V1EnvVar[] | undefined;

/** Returns the environment variables of a main container. */
export function containerEnv(layers: EnvLayers): V1EnvVar[] {
  const { platform, componentType, mainContainer, component, framework = [] } = layers;
  const names = new Set(framework.map(({ name }) => name));
  const sorted = mergeEnv(platform, componentType, mainContainer, component);
  return [...sorted.filter(({ name }) => !names.has(name)), ...framework];
}

/** Returns the `envs` of a component of a graph. If the graph has none, those of the service keep their order. */
export function componentEnvs(graph: Env, service: V1EnvVar[] | undefined): V1EnvVar[] | undefined {
  return graph && graph.length > 0 ? mergeEnv(graph, service) : service;
}

/**
 * Returns the variables of all layers, from the weakest to the strongest: each name once, with its strongest entry. They
 * are sorted by name, so that equal variables always make an equal pod template.
 */
export function mergeEnv(...layers: Env[]): V1EnvVar[] {
  const byName = new Map(layers.flatMap((layer) => layer ?? []).map((env) => [env.name, env]));
  return [...byName.values()].sort(compareNames);
}

/** Compares in byte order; names of variables are ASCII, where code units have the same order. */
function compareNames(a: V1EnvVar, b: V1EnvVar): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}
