import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import { dynamoGraphDeploymentNames } from "../../crds/names.ts";
import { secrets } from "../../kube/builtin.ts";
import { type KubeObject, objectKey, objectKeys } from "../../kube/object.ts";
import {
  kaiQueues,
  type PodClique,
  podCliques,
  type PodCliqueScalingGroup,
  podCliqueScalingGroups,
  podCliqueSets,
} from "../../kube/optional_kinds.ts";
import { rule } from "../../kube/policy_rules.ts";
import { controllerOf } from "../apply/ownership.ts";
import type { ChildSettings } from "../dynamo/platform_config.ts";
import { identityOnly, reduceForeign } from "../dynamo/projection.ts";
import { APPLY_AND_PRUNE, childKind, CHILDREN_SETTLE_MS } from "../engine/child_kind.ts";
import type { Lookup } from "../engine/lookup.ts";
import { controllerKey } from "../engine/watch.ts";
import { DOCKER_CONFIG_TYPE, pullSecret } from "../pod/pull_secrets.ts";
import { kaiQueueOf } from "./kai.ts";

/**
 * Label of all objects that Grove creates. The value is the name of the PodCliqueSet, which is the name of the graph.
 */
export const PART_OF = "app.kubernetes.io/part-of";
/**
 * Name of the index that finds graphs by their queue in the KAI scheduler. The index also contains graphs that use
 * another scheduler.
 */
const BY_QUEUE = "kai-queue";

/** Indexes of graphs, keyed by index name. Each function returns the index keys of a graph. */
export const groveIndexes = {
  [BY_QUEUE]: ({ metadata }: DynamoGraphDeployment) => [kaiQueueOf(metadata.annotations)],
};

/** Permission to scale PodCliques and PodCliqueScalingGroups. */
export const SCALE_RULE = rule(
  podCliques.group,
  [podCliques, podCliqueScalingGroups].map(({ plural }) => `${plural}/scale`),
  ["patch"],
);

type Graphs = Pick<Lookup<KubeObject>, "byIndex" | "namespace">;

/** Returns the kinds that the graph controller reads and writes for graphs on Grove. */
export function groveKinds({ plannerRbacProvided, pullSecretDiscovery }: ChildSettings) {
  const member = { optional: true, settleMs: CHILDREN_SETTLE_MS, keys: graphOfMember };
  return {
    podCliqueSets: childKind({
      resource: podCliqueSets,
      project: reduceForeign,
      optional: true,
      settleMs: CHILDREN_SETTLE_MS,
      keys: graphsOfPodCliqueSet,
      verbs: APPLY_AND_PRUNE,
    }),
    podCliques: childKind({ ...member, resource: podCliques, project: projectMember<PodClique> }),
    podCliqueScalingGroups: childKind({
      ...member,
      resource: podCliqueScalingGroups,
      project: projectMember<PodCliqueScalingGroup>,
    }),
    // A namespace-scoped operator cannot read queues, because they are cluster-scoped.
    kaiQueues: plannerRbacProvided ? undefined : childKind({
      resource: kaiQueues,
      project: identityOnly,
      optional: true,
      keys: ({ metadata: { name } }, graphs: Graphs) => objectKeys(graphs.byIndex(BY_QUEUE, name)),
      // Only the existence of a queue matters. Its status changes with every pod, so updates do not enqueue graphs.
      keysOfUpdate: () => [],
    }),
    pullSecrets: pullSecretDiscovery
      ? childKind({
        resource: secrets,
        fieldSelector: `type=${DOCKER_CONFIG_TYPE}`,
        project: pullSecret,
        keys: graphsOnGrove,
      })
      : undefined,
  };
}

/** The fields in the status of a PodClique or PodCliqueScalingGroup that the operator reads. */
const STATUS_FIELDS = [
  "observedGeneration",
  "replicas",
  "readyReplicas",
  "availableReplicas",
  "updatedReplicas",
  "rollingUpdateProgress",
];

/**
 * Returns a PodClique or PodCliqueScalingGroup with only the fields that the operator reads. This saves memory, because
 * a PodClique contains a whole pod template.
 */
export function projectMember<T extends PodClique | PodCliqueScalingGroup>(object: T): T {
  const { generation } = object.metadata;
  const { metadata, ...identity } = identityOnly(object);
  return {
    ...identity,
    metadata: { ...metadata, ...(generation !== undefined && { generation }) },
    spec: { replicas: object.spec?.replicas ?? 0 },
    ...(object.status && { status: statusOf(object.status) }),
  } as T;
}

function statusOf(status: object): object {
  return Object.fromEntries(
    Object.entries(status).filter(([field]) => STATUS_FIELDS.includes(field)),
  );
}

/**
 * Returns the keys of two graphs: the graph that controls a PodCliqueSet, and the graph with the same name as the
 * PodCliqueSet. The second graph is included because a foreign PodCliqueSet with the graph's name can block the graph.
 */
export function graphsOfPodCliqueSet(podCliqueSet: KubeObject): string[] {
  const controlling = controllerKey(dynamoGraphDeploymentNames)(podCliqueSet);
  return [...new Set([...controlling, objectKey(podCliqueSet.metadata)])];
}

/**
 * Returns the key of the graph of a PodClique or PodCliqueScalingGroup. The function prefers the label with the name of
 * the graph, because the owner of a PodClique can be a PodCliqueScalingGroup.
 */
function graphOfMember(member: KubeObject): string[] {
  const { labels, namespace } = member.metadata;
  const owner = controllerOf(member);
  const name = labels?.[PART_OF] ?? (owner?.kind === podCliqueSets.kind ? owner.name : undefined);
  return name === undefined ? [] : [objectKey({ namespace, name })];
}

/** Returns the keys of all graphs that run on Grove in the object's namespace. */
function graphsOnGrove({ metadata: { namespace = "" } }: KubeObject, graphs: Graphs): string[] {
  const onGrove = (graph: KubeObject & Partial<DynamoGraphDeployment>) =>
    graph.status?.orchestrator === "grove";
  return objectKeys(graphs.namespace(namespace).filter(onGrove));
}
