import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import type { DynamoGraphDeploymentScalingAdapter } from "../../crds/kinds/scaling_adapter.ts";
import { isPaused } from "../../crds/labels.ts";
import { sameJson } from "../../kube/json.ts";
import { type KubeObject, objectKey, objectKeys } from "../../kube/object.ts";
import { rule } from "../../kube/policy_rules.ts";
import { withoutApplyHistory } from "../dynamo/projection.ts";
import { graphs, scalingAdapters } from "../dynamo/resources.ts";
import { childKind, ownKind } from "../engine/child_kind.ts";
import type { Lookup } from "../engine/lookup.ts";

/** Name of the index that finds adapters by the graph that they refer to. The key is `namespace/name` of the graph. */
export const BY_GRAPH = "graph";

/**
 * Permission to change the replicas of a service that has a scaling adapter. The API server does not serve the
 * subresource `replicas` of graphs. Instead, the admission policy in the Helm chart checks the permission of a client.
 */
export const REPLICAS_RULE = rule(graphs.group, [`${graphs.plural}/replicas`], ["update"]);

/** Returns all kinds that the controller of scaling adapters reads and writes. */
export function scalingKinds() {
  return {
    own: ownKind({
      resource: scalingAdapters,
      project: withoutApplyHistory,
      indexes: {
        [BY_GRAPH]: ({ metadata: { namespace }, spec }: DynamoGraphDeploymentScalingAdapter) =>
          spec?.dgdRef ? [objectKey({ namespace, name: spec.dgdRef.name })] : [],
      },
      verbs: ["patch"],
      optional: true,
    }),
    children: {
      graphs: childKind({
        resource: graphs,
        project: withoutApplyHistory,
        keys: adaptersOfGraph,
        keysOfUpdate: adaptersOfGraphUpdate,
        verbs: ["patch"],
      }),
    },
    rules: [REPLICAS_RULE],
  };
}

/** Lookup that finds scaling adapters by their graph. */
export type Adapters = Pick<Lookup<KubeObject>, "byIndex">;

/** Returns the keys of the adapters that refer to a graph. */
export function adaptersOfGraph({ metadata }: KubeObject, adapters: Adapters): string[] {
  return objectKeys(adapters.byIndex(BY_GRAPH, objectKey(metadata)));
}

/**
 * Returns the keys of a graph's adapters if the update changes a field that the adapters depend on; otherwise no keys.
 */
export function adaptersOfGraphUpdate(
  graph: DynamoGraphDeployment,
  previous: DynamoGraphDeployment,
  adapters: Adapters,
): string[] {
  return sameJson(dependencies(graph), dependencies(previous))
    ? []
    : adaptersOfGraph(graph, adapters);
}

/** Returns the parts of a graph that its adapters depend on. */
function dependencies(graph: DynamoGraphDeployment) {
  const { metadata: { uid }, spec, status } = graph;
  const services = Object.entries(spec?.services ?? {}).map((
    [name, { replicas, scalingAdapter, multinode }],
  ) => ({
    name,
    replicas,
    scalingAdapter,
    multinode,
    componentKind: status?.services?.[name]?.componentKind,
  }));
  return { uid, paused: isPaused(graph), services };
}
