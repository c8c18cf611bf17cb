import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import type { KubeObject } from "../../kube/object.ts";
import { objectKey } from "../../kube/object.ts";
import { controllerKey } from "../engine/watch.ts";
import { discoveryServiceAccount } from "../dynamo/discovery.ts";
import { componentName } from "../dynamo/names.ts";

const owner = controllerKey({ group: "nvidia.com", kind: "DynamoGraphDeployment" });

/** Index of graphs by the names of their children, as `namespace/name`. */
const BY_CHILD = "child";
/** Index of graphs by the claims that they name, as `namespace/claim`. */
const BY_CLAIM = "claim";
/** Index of graphs with a planner by namespace, and by "" for all of them. */
const BY_PLANNER = "planner";

export const graphIndexes = {
  [BY_CHILD]: ({ metadata: { name, namespace }, spec }: DynamoGraphDeployment) => {
    const account = discoveryServiceAccount(name);
    const services = Object.keys(spec?.services ?? {});
    return [
      ...services.map((service) => componentName(name, service)),
      ...[account, `${account}-role`, `${account}-binding`],
    ].map((child) => objectKey({ namespace, name: child }));
  },
  [BY_CLAIM]: ({ metadata: { namespace }, spec }: DynamoGraphDeployment) =>
    (spec?.pvcs ?? []).map(({ name }) => objectKey({ namespace, name })),
  [BY_PLANNER]: ({ metadata: { namespace }, spec }: DynamoGraphDeployment) =>
    Object.values(spec?.services ?? {}).some(({ componentType }) => componentType === "planner")
      ? ["", namespace ?? ""]
      : [],
};

interface Graphs {
  byIndex(index: string, value: string): DynamoGraphDeployment[];
}

/**
 * The keys of the graphs that a child concerns: the one that controls it, and those that plan an object of its name, for
 * which a foreign object may have been in the way.
 */
export function graphsOfChild(graphs: Graphs): (child: KubeObject) => string[] {
  return (child) => [
    ...new Set([...owner(child), ...keys(graphs.byIndex(BY_CHILD, objectKey(child.metadata)))]),
  ];
}

/** The keys of the graphs that name a claim. */
export function graphsOfClaim(graphs: Graphs): (claim: KubeObject) => string[] {
  return ({ metadata }) => keys(graphs.byIndex(BY_CLAIM, objectKey(metadata)));
}

/** The keys of the graphs with a planner in the object's namespace; of all such for a cluster-scoped object. */
export function graphsWithPlanner(graphs: Graphs): (object: KubeObject) => string[] {
  return ({ metadata }) => keys(graphs.byIndex(BY_PLANNER, metadata.namespace ?? ""));
}

function keys(graphs: readonly DynamoGraphDeployment[]): string[] {
  return graphs.map(({ metadata }) => objectKey(metadata));
}
