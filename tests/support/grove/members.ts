import type { V1PodSpec } from "@kubernetes/client-node";
import type { Pod } from "../../../kube/builtin.ts";
import type { KubeObject } from "../../../kube/object.ts";
import {
  type CliqueTemplate,
  type PodClique,
  podCliques,
  type PodCliqueScalingGroup,
  podCliqueScalingGroups,
  type PodCliqueSet,
  type ScalingGroupTemplate,
} from "../../../kube/optional_kinds.ts";
import { controllerReference } from "../../../reconcile/apply/ownership.ts";
import { sha256Hex } from "../../../reconcile/dynamo/names.ts";

export const HASH_LABEL = "grove.io/pod-template-hash";
export const CLIQUE_LABEL = "grove.io/podclique";
const PART_OF = "app.kubernetes.io/part-of";

/** A PodClique as Grove creates it, with the template of its pods. */
export type FullPodClique = PodClique & { spec: { podSpec: V1PodSpec; minAvailable: number } };

/** Returns the hash of the pod template of a clique. The number of replicas does not affect the hash. */
export function templateHash({ labels, annotations, spec: { podSpec } }: CliqueTemplate): string {
  return sha256Hex(JSON.stringify([labels, annotations, podSpec]), 10);
}

/**
 * Returns the hash of the clique templates in a PodCliqueSet. A changed hash starts a new rollout. The order of the
 * cliques affects the hash.
 */
export function generationHash({ spec: { template } }: PodCliqueSet): string {
  return sha256Hex(template.cliques.map(templateHash).join(), 10);
}

/** Returns the labels that Grove sets on each object of a PodCliqueSet. */
export function groveLabels(set: string): Record<string, string> {
  return { "app.kubernetes.io/managed-by": "grove-operator", [PART_OF]: set };
}

/** Returns a new PodClique for a clique of a PodCliqueSet. `owner` is the PodCliqueSet or a PodCliqueScalingGroup. */
export function newClique(
  set: PodCliqueSet,
  owner: KubeObject,
  name: string,
  template: CliqueTemplate,
): KubeObject {
  const { labels, annotations = {}, spec } = template;
  return {
    apiVersion: podCliques.apiVersion,
    kind: podCliques.kind,
    metadata: {
      name,
      labels: {
        ...labels,
        ...groveLabels(set.metadata.name),
        [HASH_LABEL]: templateHash(template),
      },
      annotations,
      ownerReferences: [controllerReference(owner)],
    },
    ...{ spec },
  };
}

/**
 * Returns a new PodCliqueScalingGroup for a scaling group of a PodCliqueSet. As in Grove, the object does not get the
 * labels of the graph.
 */
export function newGroup(
  set: PodCliqueSet,
  name: string,
  { cliqueNames, replicas = 1, minAvailable = 1 }: ScalingGroupTemplate,
): PodCliqueScalingGroup & { spec: { cliqueNames: string[] } } {
  return {
    apiVersion: podCliqueScalingGroups.apiVersion,
    kind: podCliqueScalingGroups.kind,
    metadata: {
      name,
      labels: groveLabels(set.metadata.name),
      ownerReferences: [controllerReference(set)],
    },
    spec: { cliqueNames, replicas, ...{ minAvailable } },
  };
}

export function newPod(clique: FullPodClique): Pod {
  const { name, labels, annotations = {} } = clique.metadata;
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: `${name}-${crypto.randomUUID().slice(0, 5)}`,
      labels: { ...labels, [CLIQUE_LABEL]: name },
      annotations,
      ownerReferences: [controllerReference(clique)],
    },
    spec: clique.spec.podSpec,
  };
}
