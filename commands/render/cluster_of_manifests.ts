import { clusterRoles, persistentVolumeClaims, type Secret, secrets } from "../../kube/builtin.ts";
import type { KubeObject } from "../../kube/object.ts";
import { kaiQueues } from "../../kube/optional_kinds.ts";
import type { Resource } from "../../kube/resource.ts";
import { scopeMatcher } from "../../kube/selector.ts";
import type { PlatformConfig } from "../../reconcile/dynamo/platform_config.ts";
import type { LoadObjects } from "./object_set.ts";
import type { Manifests } from "./manifests.ts";

/**
 * API groups that a cluster serves in addition to those of Kubernetes, keyed by the installed orchestrator. The group
 * of the KAI scheduler's queues is missing, because `render` assumes a cluster without this scheduler.
 */
export const ORCHESTRATOR_GROUPS: Readonly<Record<string, readonly string[]>> = {
  deployment: [],
  lws: ["leaderworkerset.x-k8s.io", "scheduling.volcano.sh"],
  grove: ["grove.io"],
};

export interface ClusterOptions {
  platform: PlatformConfig;
  /** Installed orchestrator: a key of {@linkcode ORCHESTRATOR_GROUPS}. */
  orchestrator: string;
  /** Namespace for objects without `metadata.namespace`. */
  namespace: string;
}

/**
 * Returns a function that loads objects from a simulated cluster. The cluster contains the manifests, and objects that
 * the operator requires but does not create: existing PVCs of graphs, and the ClusterRoles of planner and profiling
 * pods. The cluster serves all kinds except those of the KAI scheduler and of orchestrators that are not installed. It
 * serves Istio's kinds, but the operator plans VirtualServices only if a flag names a gateway.
 */
export function clusterOfManifests(
  { graphs, components, requests, existing }: Manifests,
  { platform, orchestrator, namespace }: ClusterOptions,
): LoadObjects {
  const assumed = [
    ...graphs.flatMap(({ metadata, spec }) =>
      (spec.pvcs ?? []).filter(({ create }) => !create)
        .map(({ name }) => objectOf(persistentVolumeClaims, name, metadata.namespace))
    ),
    ...[platform.plannerClusterRoleName, platform.profilingClusterRoleName]
      .filter((name) => name !== "").map((name) => objectOf(clusterRoles, name)),
  ];
  const objects = [...graphs, ...components, ...requests, ...existing.map(withData), ...assumed];
  return (resource, scope) => {
    if (!isServed(resource, orchestrator)) return Promise.resolve(undefined);
    const { apiVersion, kind, namespaced } = resource;
    const found = objects.filter((object) =>
      object.apiVersion === apiVersion && object.kind === kind
    )
      .map((object) => namespaced ? inNamespace(object, namespace) : object);
    return Promise.resolve(found.filter(scopeMatcher(scope)));
  };
}

/** Returns whether a cluster with this orchestrator serves a kind. */
export function isServed({ group }: Resource<KubeObject>, orchestrator: string): boolean {
  const optional = [...Object.values(ORCHESTRATOR_GROUPS).flat(), kaiQueues.group];
  return !optional.includes(group) || (ORCHESTRATOR_GROUPS[orchestrator] ?? []).includes(group);
}

function objectOf(
  { apiVersion, kind }: Resource<KubeObject>,
  name: string,
  namespace?: string,
): KubeObject {
  return { apiVersion, kind, metadata: { name, ...(namespace && { namespace }) } };
}

function inNamespace(object: KubeObject, namespace: string): KubeObject {
  const { metadata } = object;
  return { ...object, metadata: { ...metadata, namespace: metadata.namespace || namespace } };
}

/** Returns an object as the API server stores it: the `stringData` of a Secret is merged into `data`. */
function withData(object: KubeObject): KubeObject {
  if (object.kind !== secrets.kind) return object;
  const { stringData = {}, ...secret } = object as Secret;
  const bytes = (text: string) => new TextEncoder().encode(text).toBase64();
  const data = Object.entries(stringData).map(([key, text]) => [key, bytes(text)]);
  const complete: Secret = { ...secret, data: { ...secret.data, ...Object.fromEntries(data) } };
  return complete;
}
