import { ANNOTATIONS } from "../../crds/labels.ts";
import { type LeaderWorkerSet, leaderWorkerSets, podGroups } from "../../kube/optional_kinds.ts";
import { REASONS } from "../dynamo/conditions.ts";
import type { ServiceInput } from "../dynamo/service_input.ts";
import { checkPodSpec } from "../pod/pod_spec.ts";
import { checkNameConflicts } from "./lws_conflicts.ts";
import {
  LWS_TEMPLATES,
  lwsPodLabels,
  planPodGroup,
  planReplica,
  replicasOf,
} from "./lws_manifests.ts";
import { checkLwsNames, lwsName, replicaIndexes, statefulSetNames } from "./lws_names.ts";
import { wasAvailable, whyNotReady } from "./lws_readiness.ts";
import { oneAtATime } from "./one_at_a_time.ts";
import { startDeadlineSeconds } from "./start_deadline.ts";
import type { Workload } from "./workload.ts";

/** Pod label that the controller of LeaderWorkerSets sets. The value is the name of the LeaderWorkerSet. */
const SET_NAME = "leaderworkerset.sigs.k8s.io/name";

/**
 * Workload of a service that runs each replica on several nodes. As with the Go operator, each replica is a
 * LeaderWorkerSet `<component>-<index>` with one group of pods. If the API server serves Volcano's PodGroups, each
 * replica also has a PodGroup with the same name, so that Volcano schedules the pods of the replica together.
 *
 * The operator changes one replica after the other, unless an annotation of the service sets the strategy Recreate.
 */
export const lws: Workload<LeaderWorkerSet> = {
  resource: leaderWorkerSets,
  resources: [leaderWorkerSets, podGroups],
  optional: true,
  // A recreated LeaderWorkerSet reuses the names of its former pods, so the former pods must be deleted first.
  deletesDependentsFirst: true,
  reasons: { ready: REASONS.leaderWorkerSetsReady, notReady: REASONS.leaderWorkerSetsNotReady },
  check,
  plan(service, config, observed) {
    check(service);
    checkNameConflicts(service, observed);
    const replicas = replicasOf(service)
      .map((replica) => planReplica(replica, config, observed));
    const isAllAtOnce = service.spec.annotations?.[ANNOTATIONS.deploymentStrategy] === "Recreate";
    const ordered = isAllAtOnce ? replicas : oneAtATime(replicas, {
      live: ({ manifest }) => observed.find(leaderWorkerSets, manifest.metadata.name),
      isReady: (live) =>
        !observed.unobserved?.has(live.metadata.uid ?? "") && whyNotReady(live) === undefined,
    });
    return ordered.flatMap((replica) => [...planPodGroup(replica, service, observed), replica]);
  },
  objectNames,
  podSelector: (service) => ({
    matchExpressions: [{ key: SET_NAME, operator: "In", values: objectNames(service) }],
  }),
  podLabels: (service) => lwsPodLabels({ ...service, role: "leader" }, {}),
  podCreators: ({ kind, metadata: { name } }) => [
    { kind, name },
    ...statefulSetNames(name).map((name) => ({ kind: "StatefulSet", name })),
  ],
  notReady: whyNotReady,
  statusMark: ({ status: { conditions, updatedReplicas } = {} }) =>
    JSON.stringify([conditions, updatedReplicas]),
  hasStalled(live, unavailableMs, count) {
    const templates = LWS_TEMPLATES.flatMap(({ of }) => of(live) ?? []);
    return !wasAvailable(live) && unavailableMs >= startDeadlineSeconds(templates) * 1_000 * count;
  },
  replicas(componentName, owned) {
    const sets = owned.filter(({ metadata }) => !metadata.deletionTimestamp);
    if (sets.length === 0) return undefined;
    const sum = (count: "replicas" | "updatedReplicas" | "readyReplicas") =>
      sets.reduce((total, { status }) => total + (status?.[count] ?? 0), 0);
    return {
      componentKind: "LeaderWorkerSet",
      componentName: lwsName(componentName, 0),
      replicas: sum("replicas"),
      updatedReplicas: sum("updatedReplicas"),
      readyReplicas: sum("readyReplicas"),
    };
  },
};

function check(service: ServiceInput) {
  checkLwsNames(service);
  checkPodSpec(service.spec);
}

function objectNames(service: ServiceInput): string[] {
  return replicaIndexes(service).map((index) => lwsName(service.name, index));
}
