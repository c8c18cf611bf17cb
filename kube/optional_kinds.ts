import type { V1Condition, V1PodTemplateSpec } from "@kubernetes/client-node";
import { objectMetaShape, podTemplateShape } from "./builtin_shapes.ts";
import type { KubeObject } from "./object.ts";
import { type Resource, resource } from "./resource.ts";
import type { Shape } from "./shape.ts";

/** An Istio VirtualService: routes from gateways to Services. The type contains only the fields that the operator uses. */
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

/** A LeaderWorkerSet: groups of pods, each with one leader. The type contains only the fields that the operator uses. */
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
  /** The counts are numbers of groups. The status does not contain the observed generation. */
  status?: {
    replicas?: number;
    readyReplicas?: number;
    updatedReplicas?: number;
    conditions?: V1Condition[];
  };
}

/** A PodGroup: pods that Volcano schedules together. The type contains only the fields that the operator uses. */
export interface PodGroup extends KubeObject {
  spec?: { minMember?: number };
}

const leaderWorkerSetShape: Shape = {
  fields: {
    metadata: objectMetaShape,
    spec: {
      fields: {
        leaderWorkerTemplate: {
          // Their CRD copies the schema of a pod template from Kubernetes.
          fields: { leaderTemplate: podTemplateShape, workerTemplate: podTemplateShape },
        },
      },
    },
  },
};

/** The resource of Grove's PodCliqueSets. It lacks a shape, because the operator only reads their metadata. */
export const podCliqueSets: Resource<KubeObject> = resource({
  group: "grove.io",
  version: "v1alpha1",
  kind: "PodCliqueSet",
  plural: "podcliquesets",
  namespaced: true,
});

/** The resource of Istio's VirtualServices: https://istio.io. The Go operator uses the same version. */
export const virtualServices: Resource<VirtualService> = {
  ...resource<VirtualService>({
    group: "networking.istio.io",
    version: "v1beta1",
    kind: "VirtualService",
    plural: "virtualservices",
    namespaced: true,
  }),
  // In their CRD, all lists are atomic, and no field has a default.
  shape: { fields: { metadata: objectMetaShape } },
};

/** The resource of LeaderWorkerSets: https://lws.sigs.k8s.io */
export const leaderWorkerSets: Resource<LeaderWorkerSet> = {
  ...resource<LeaderWorkerSet>({
    group: "leaderworkerset.x-k8s.io",
    version: "v1",
    kind: "LeaderWorkerSet",
    plural: "leaderworkersets",
    namespaced: true,
  }),
  shape: leaderWorkerSetShape,
};

/** The resource of Volcano's PodGroups: https://volcano.sh */
export const podGroups: Resource<PodGroup> = {
  ...resource<PodGroup>({
    group: "scheduling.volcano.sh",
    version: "v1beta1",
    kind: "PodGroup",
    plural: "podgroups",
    namespaced: true,
  }),
  shape: { fields: { metadata: objectMetaShape } },
};
