import type { V1Condition, V1PodSpec, V1PodTemplateSpec } from "@kubernetes/client-node";
import { objectMetaShape, podTemplateShape } from "./builtin_shapes.ts";
import type { KubeObject } from "./object.ts";
import { type Resource, resource } from "./resource.ts";
import { fieldOf, type Shape } from "./shape.ts";

/** An Istio VirtualService: routes from gateways to Services. The type has only the fields that the operator uses. */
export interface VirtualService extends KubeObject {
  spec?: {
    hosts?: string[];
    /** Names of gateways, each as `NAMESPACE/NAME`, or as `NAME` in the namespace of the VirtualService. */
    gateways?: string[];
    http?: {
      match?: { uri?: { prefix?: string } }[];
      route?: { destination: { host: string; port?: { number?: number } } }[];
    }[];
  };
}

/** A LeaderWorkerSet: groups of pods, each with one leader. The type has only the fields that the operator uses. */
export interface LeaderWorkerSet extends KubeObject {
  spec?: {
    /** Number of groups. */
    replicas?: number;
    startupPolicy?: string;
    leaderWorkerTemplate: {
      /** Number of pods in each group. */
      size?: number;
      restartPolicy?: string;
      leaderTemplate?: V1PodTemplateSpec;
      workerTemplate: V1PodTemplateSpec;
    };
  };
  /** The status counts groups of pods, not pods. It has no field `observedGeneration`. */
  status?: {
    replicas?: number;
    readyReplicas?: number;
    updatedReplicas?: number;
    conditions?: V1Condition[];
  };
}

/** A PodGroup: pods that Volcano schedules together. The type has only the fields that the operator uses. */
export interface PodGroup extends KubeObject {
  spec?: { minMember?: number };
}

const leaderWorkerSetShape: Shape = {
  fields: {
    metadata: objectMetaShape,
    spec: {
      fields: {
        leaderWorkerTemplate: {
          // The CRD of LeaderWorkerSets copies the schema of a pod template from Kubernetes.
          fields: { leaderTemplate: podTemplateShape, workerTemplate: podTemplateShape },
        },
      },
    },
  },
};

/** Progress of a rolling update, as Grove reports it. It stays in the status after the update has ended. */
export interface UpdateProgress {
  updateStartedAt?: string;
  /** Time at which the update ended; absent while it is in progress. */
  updateEndedAt?: string;
}

/** Template of the pods of one role. Grove creates PodCliques from it. */
export interface CliqueTemplate {
  name: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  spec: {
    roleName: string;
    podSpec: V1PodSpec;
    /** Number of pods of a new PodClique. A change to this field does not scale an existing PodClique. */
    replicas: number;
    minAvailable?: number;
    startsAfter?: string[];
  };
}

/** Cliques that Grove creates and scales together, such as the leader and the workers of a multinode service. */
export interface ScalingGroupTemplate {
  name: string;
  cliqueNames: string[];
  /** Number of replicas of a new PodCliqueScalingGroup. A change to this field does not scale an existing one. */
  replicas?: number;
  minAvailable?: number;
}

/** A Grove PodCliqueSet. It runs the pods of a whole graph. */
export interface PodCliqueSet extends KubeObject {
  spec: {
    replicas?: number;
    template: {
      cliques: CliqueTemplate[];
      cliqueStartupType?: string;
      headlessServiceConfig?: { publishNotReadyAddresses: boolean };
      /** Duration in the format of Go, such as `15m0s`. */
      terminationDelay?: string;
      podCliqueScalingGroups?: ScalingGroupTemplate[];
    };
  };
  status?: { observedGeneration?: number; rollingUpdateProgress?: UpdateProgress };
}

/** A Grove PodClique: pods with one template. */
export interface PodClique extends KubeObject {
  spec: { replicas: number };
  status?: {
    observedGeneration?: number;
    /** Number of existing replicas; 0 by default. */
    replicas?: number;
    readyReplicas?: number;
    updatedReplicas?: number;
    rollingUpdateProgress?: UpdateProgress;
  };
}

/** A Grove PodCliqueScalingGroup: replicas that each consist of several PodCliques. */
export interface PodCliqueScalingGroup extends KubeObject {
  spec: { replicas: number };
  status?: {
    observedGeneration?: number;
    /** Number of existing replicas; 0 by default. */
    replicas?: number;
    availableReplicas?: number;
    updatedReplicas?: number;
    rollingUpdateProgress?: UpdateProgress;
  };
}

const GROVE = { group: "grove.io", version: "v1alpha1", namespaced: true };

/**
 * Describes how the API server merges and stores the fields of a PodCliqueSet. The lists of cliques and scaling groups
 * are atomic. Grove sets defaults inside these lists and stores quantities in canonical form, but its CRD does not
 * declare this. Therefore, each `podSpec` uses the shape of the built-in PodSpec.
 */
const podCliqueSetShape: Shape = {
  fields: {
    metadata: objectMetaShape,
    spec: {
      fields: {
        template: {
          fields: {
            cliques: {
              each: {
                fields: { spec: { fields: { podSpec: fieldOf(podTemplateShape, "spec") } } },
              },
            },
          },
        },
      },
    },
  },
};

/** The resource of Grove's PodCliqueSets. */
export const podCliqueSets: Resource<PodCliqueSet> = resource({
  ...GROVE,
  kind: "PodCliqueSet",
  plural: "podcliquesets",
  shape: podCliqueSetShape,
});

/**
 * The resource of Grove's PodCliques. It needs no merge rules (`shape`), because the operator only scales PodCliques.
 */
export const podCliques: Resource<PodClique> = resource({
  ...GROVE,
  kind: "PodClique",
  plural: "podcliques",
});

/**
 * The resource of Grove's PodCliqueScalingGroups. It needs no merge rules (`shape`), because the operator only scales
 * them.
 */
export const podCliqueScalingGroups: Resource<PodCliqueScalingGroup> = resource({
  ...GROVE,
  kind: "PodCliqueScalingGroup",
  plural: "podcliquescalinggroups",
});

/**
 * The resource `queues` of the KAI scheduler. It needs no merge rules (`shape`), because the operator only reads
 * queues.
 */
export const kaiQueues: Resource<KubeObject> = resource({
  group: "scheduling.run.ai",
  version: "v2",
  kind: "Queue",
  plural: "queues",
  namespaced: false,
});

/** The resource of Istio's VirtualServices: https://istio.io. The Go operator uses the same version. */
export const virtualServices: Resource<VirtualService> = resource({
  group: "networking.istio.io",
  version: "v1beta1",
  kind: "VirtualService",
  plural: "virtualservices",
  namespaced: true,
  // Only the metadata needs merge rules: in the CRD of VirtualServices, all lists are atomic, and no field has a
  // default.
  shape: { fields: { metadata: objectMetaShape } },
});

/** The resource of LeaderWorkerSets: https://lws.sigs.k8s.io */
export const leaderWorkerSets: Resource<LeaderWorkerSet> = resource({
  group: "leaderworkerset.x-k8s.io",
  version: "v1",
  kind: "LeaderWorkerSet",
  plural: "leaderworkersets",
  namespaced: true,
  shape: leaderWorkerSetShape,
});

/** The resource of Volcano's PodGroups: https://volcano.sh */
export const podGroups: Resource<PodGroup> = resource({
  group: "scheduling.volcano.sh",
  version: "v1beta1",
  kind: "PodGroup",
  plural: "podgroups",
  namespaced: true,
  shape: { fields: { metadata: objectMetaShape } },
});
