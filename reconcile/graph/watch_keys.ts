import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import { dynamoGraphDeploymentNames } from "../../crds/names.ts";
import { type KubeObject, objectKey } from "../../kube/object.ts";
import { discoveryServiceAccount } from "../dynamo/discovery.ts";
import { isPlanner } from "../dynamo/component_type.ts";
import { componentName, PLANNER_SERVICE_ACCOUNT } from "../dynamo/names.ts";
import { controllerKey } from "../engine/watch.ts";

const owner = controllerKey(dynamoGraphDeploymentNames);

/** Index of graphs by the names of their children, as `namespace/name`. */
const BY_CHILD = "child";
/** Index of graphs by the PVCs that they name, as `namespace/name`. */
const BY_CLAIM = "pvc";
/** Index of graphs with a planner by namespace, and by "" for all namespaces. */
const BY_PLANNER = "planner";

/** Indexes of graphs for the key functions below. */
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
    Object.values(spec?.services ?? {}).some(isPlanner) ? ["", namespace ?? ""] : [],
};

interface Graphs {
  byIndex(index: string, value: string): KubeObject[];
}

/**
 * Returns the keys of the graph that controls the child, and of the graphs that plan an object of its name: a foreign
 * object may have blocked theirs.
 */
export function graphsOfChild(child: KubeObject, graphs: Graphs): string[] {
  const planning = keys(graphs.byIndex(BY_CHILD, objectKey(child.metadata)));
  return [...new Set([...owner(child), ...planning])];
}

/** Returns the keys of the graphs that a ServiceAccount affects; all graphs of a namespace share the planner's. */
export function graphsOfAccount(account: KubeObject, graphs: Graphs): string[] {
  const isPlanners = account.metadata.name === PLANNER_SERVICE_ACCOUNT;
  return isPlanners ? graphsWithPlanner(account, graphs) : graphsOfChild(account, graphs);
}

/** Returns the keys of the graphs that a RoleBinding affects; all graphs of a namespace share the planner's. */
export function graphsOfBinding(binding: KubeObject, graphs: Graphs): string[] {
  const isPlanners = binding.metadata.name === `${PLANNER_SERVICE_ACCOUNT}-binding`;
  return isPlanners ? graphsWithPlanner(binding, graphs) : graphsOfChild(binding, graphs);
}

/** Returns the keys of the graphs that name the PVC. */
export function graphsOfClaim({ metadata }: KubeObject, graphs: Graphs): string[] {
  return keys(graphs.byIndex(BY_CLAIM, objectKey(metadata)));
}

/** Returns the keys of the graphs with a planner in the namespace of the object; in all namespaces if it has none. */
export function graphsWithPlanner({ metadata }: KubeObject, graphs: Graphs): string[] {
  return keys(graphs.byIndex(BY_PLANNER, metadata.namespace ?? ""));
}

function keys(graphs: readonly KubeObject[]): string[] {
  return graphs.map(({ metadata }) => objectKey(metadata));
}
