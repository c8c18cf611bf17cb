import type { V1PodTemplateSpec } from "@kubernetes/client-node";
import { LABELS } from "../../crds/labels.ts";
import { isOfKind } from "../../crds/names.ts";
import {
  type LeaderWorkerSet,
  leaderWorkerSets,
  type PodGroup,
  podGroups,
} from "../../kube/optional_kinds.ts";
import { oncePerObject } from "../../kube/once_per_object.ts";
import { controllerOf } from "../apply/ownership.ts";
import type { Planned } from "../apply/planned.ts";
import {
  childMetadata,
  commonPodLabels,
  objectAnnotations,
  objectLabels,
  type StringMap,
} from "../dynamo/child_metadata.ts";
import type { PlatformConfig } from "../dynamo/platform_config.ts";
import { components } from "../dynamo/resources.ts";
import type { ServiceInput } from "../dynamo/service_input.ts";
import { lwsNodes } from "../pod/frameworks/replica_nodes.ts";
import { podLabels, podTemplate, withInputs } from "../pod/pod_template.ts";
import { lwsName, replicaIndexes } from "./lws_names.ts";
import { hasReadyGroup, wasAvailable } from "./lws_readiness.ts";
import { withRecordedInputs, type WorkloadInputs } from "./recorded_inputs.ts";
import { bareWorkload, NO_INPUTS, stableManifest, type TemplateField } from "./stable_template.ts";
import type { WorkloadObserved } from "./workload.ts";

/** Label of a LeaderWorkerSet, its PodGroup and its pods: the index of the replica. */
const INSTANCE_ID = "instance-id";
/** Label of a pod: `leader` or `worker`. */
export const ROLE = "role";
/** Pod annotation that Volcano reads. The value is the name of the pod's PodGroup. */
const POD_GROUP = "scheduling.k8s.io/group-name";
/** Name of Volcano's scheduler. */
const VOLCANO = "volcano";

/** The pod templates of a LeaderWorkerSet. */
export const LWS_TEMPLATES: readonly TemplateField<LeaderWorkerSet>[] = [
  {
    path: "spec.leaderWorkerTemplate.leaderTemplate",
    of: ({ spec }) => spec?.leaderWorkerTemplate.leaderTemplate,
  },
  {
    path: "spec.leaderWorkerTemplate.workerTemplate",
    of: ({ spec }) => spec?.leaderWorkerTemplate.workerTemplate,
  },
];

/** One replica of a service, and the name of its LeaderWorkerSet. */
export interface Replica {
  service: ServiceInput;
  index: number;
  name: string;
}

/** Returns the replicas of a service. */
export const replicasOf: (service: ServiceInput) => readonly Replica[] = oncePerObject((service) =>
  replicaIndexes(service).map((index) => ({ service, index, name: lwsName(service.name, index) }))
);

/** Returns the LeaderWorkerSet of one replica of a service. */
export function planReplica(
  replica: Replica,
  config: PlatformConfig,
  observed: WorkloadObserved,
): Planned<LeaderWorkerSet> {
  const { service } = replica;
  const manifest = stableManifest({
    service,
    config,
    observed,
    resource: leaderWorkerSets,
    bare: bareSet(replica, config),
    templates: LWS_TEMPLATES,
    workloadLabels: [INSTANCE_ID, ROLE],
    podGroup: { isServed: observed.serves(podGroups), isUsedBy: usesPodGroup },
    manifestWith: (inputs) => setWith(replica, config, inputs),
    hasAvailablePod: hasReadyGroup,
    wasAvailable,
  });
  const planned: Planned<LeaderWorkerSet> = { resource: leaderWorkerSets, manifest, policy: "own" };
  const live = observed.find(leaderWorkerSets, manifest.metadata.name);
  const size = live?.spec?.leaderWorkerTemplate.size ?? service.nodes;
  if (!live || size === service.nodes || !isOwned(service, live)) return planned;
  return {
    ...planned,
    after: [live],
    afterReason: `the number of nodes changes from ${size} to ${service.nodes}`,
  };
}

/**
 * Returns a list with the PodGroup of a replica. The list is empty if the pods do not belong to a PodGroup, or if the
 * API server no longer serves PodGroups.
 */
export function planPodGroup(
  { manifest: replica, held }: Planned<LeaderWorkerSet>,
  { nodes }: ServiceInput,
  observed: Pick<WorkloadObserved, "serves">,
): Planned<PodGroup>[] {
  if (!usesPodGroup(replica) || !observed.serves(podGroups)) return [];
  const { name, namespace, labels } = replica.metadata;
  const manifest: PodGroup = {
    apiVersion: podGroups.apiVersion,
    kind: podGroups.kind,
    metadata: { name, ...(namespace && { namespace }), ...(labels && { labels }) },
    spec: { minMember: nodes },
  };
  const planned = { resource: podGroups, manifest, policy: "own", prerequisite: true } as const;
  return [{ ...planned, ...(held && { held }) }];
}

const bareSet = oncePerObject((replica: Replica, config: PlatformConfig) => {
  const { service, index, name } = replica;
  const templateOf = (role: "leader" | "worker") =>
    templateWith(
      podTemplate({ ...service, role }, config, NO_INPUTS, lwsNodes),
      role,
      replica,
      NO_INPUTS,
    );
  const manifest: LeaderWorkerSet = {
    apiVersion: leaderWorkerSets.apiVersion,
    kind: leaderWorkerSets.kind,
    metadata: {
      ...childMetadata(service, {
        labels: { ...objectLabels(service), [INSTANCE_ID]: `${index}` },
        annotations: objectAnnotations(service),
      }),
      name,
    },
    spec: {
      // Sets defaults explicitly, because the operator repairs drift only in planned fields.
      replicas: 1,
      startupPolicy: "LeaderCreated",
      leaderWorkerTemplate: {
        size: service.nodes,
        restartPolicy: "RecreateGroupOnPodRestart",
        leaderTemplate: templateOf("leader"),
        workerTemplate: templateOf("worker"),
      },
    },
  };
  return bareWorkload(manifest, LWS_TEMPLATES);
});

const setWith = oncePerObject(
  (replica: Replica, config: PlatformConfig, inputs: WorkloadInputs): LeaderWorkerSet => {
    const { manifest, specHash } = bareSet(replica, config);
    const { spec } = manifest;
    if (!spec) return withRecordedInputs(manifest, { specHash, inputs });
    const { leaderTemplate, workerTemplate } = spec.leaderWorkerTemplate;
    const leaderWorkerTemplate = {
      ...spec.leaderWorkerTemplate,
      ...(leaderTemplate && {
        leaderTemplate: templateWith(leaderTemplate, "leader", replica, inputs),
      }),
      workerTemplate: templateWith(workerTemplate, "worker", replica, inputs),
    };
    const complete = { ...manifest, spec: { ...spec, leaderWorkerTemplate } };
    return withRecordedInputs(complete, { specHash, inputs });
  },
);

function templateWith(
  template: V1PodTemplateSpec,
  role: "leader" | "worker",
  replica: Replica,
  inputs: WorkloadInputs,
): V1PodTemplateSpec {
  const { index, name } = replica;
  const service = { ...replica.service, role };
  const { metadata, spec } = withInputs(template, service, inputs);
  const labels = { ...lwsPodLabels(service, inputs.labels), [INSTANCE_ID]: `${index}` };
  if (!inputs.podGroup || !spec) {
    return { metadata: { ...metadata, labels }, ...(spec && { spec }) };
  }
  const annotations = { ...metadata?.annotations, [POD_GROUP]: name };
  return {
    metadata: { ...metadata, labels, annotations },
    spec: { ...spec, schedulerName: VOLCANO },
  };
}

/**
 * Returns the labels of the leader pods or of the worker pods, depending on `service.role`. As in the Go operator, the
 * labels of the graph override those in `extraPodMetadata`, and the label with the name of the workload is absent.
 *
 * @param ofComponent labels in the metadata of the component
 */
export function lwsPodLabels(service: ServiceInput, ofComponent: StringMap): StringMap {
  const { [LABELS.selector]: _name, ...labels } = {
    ...podLabels(service, ofComponent),
    ...commonPodLabels(service, ofComponent),
  };
  return { ...labels, [ROLE]: service.role };
}

function usesPodGroup(live: LeaderWorkerSet): boolean {
  const { metadata, spec } = live.spec?.leaderWorkerTemplate.leaderTemplate ?? {};
  return spec?.schedulerName === VOLCANO && metadata?.annotations?.[POD_GROUP] !== undefined;
}

function isOwned({ name }: ServiceInput, live: LeaderWorkerSet): boolean {
  const owner = controllerOf(live);
  return owner !== undefined && isOfKind(owner, components) && owner.name === name;
}
