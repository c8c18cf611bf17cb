import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import { dynamoGraphDeploymentNames } from "../../crds/names.ts";
import {
  clusterRoles,
  persistentVolumeClaims,
  roleBindings,
  roles,
  serviceAccounts,
} from "../../kube/builtin.ts";
import { type KubeObject, objectKey } from "../../kube/object.ts";
import {
  componentName,
  discoveryServiceAccount,
  PLANNER_SERVICE_ACCOUNT,
} from "../dynamo/names.ts";
import type { ChildSettings } from "../dynamo/platform_config.ts";
import { reduceForeign, withoutApplyHistory } from "../dynamo/projection.ts";
import { components, graphs } from "../dynamo/resources.ts";
import { isPlanner } from "../dynamo/service_input.ts";
import { APPLY_AND_PRUNE, childKind, CHILDREN_SETTLE_MS, ownKind } from "../engine/child_kind.ts";
import { controllerKey } from "../engine/watch.ts";
import { workloadKinds } from "../workload/workloads.ts";
import { DISCOVERY_RULES } from "./rbac.ts";

/** Returns all kinds that the graph controller reads and writes. */
export function graphKinds({ plannerClusterRoleName, plannerRbacProvided }: ChildSettings) {
  const planned = { project: reduceForeign, settleMs: CHILDREN_SETTLE_MS };
  // Their objects belong to components. Whether the kinds are served decides the orchestrators of a graph.
  const optionalWorkloads = Object.fromEntries(
    workloadKinds().filter(({ optional }) => optional).map(({ resource }) => [
      resource.plural,
      childKind({ resource, project: reduceForeign, optional: true, keys: () => [] }),
    ]),
  );
  return {
    own: ownKind({
      resource: graphs,
      project: withoutApplyHistory,
      indexes: graphIndexes,
      verbs: ["patch"],
    }),
    children: {
      ...optionalWorkloads,
      components: childKind({
        ...planned,
        resource: components,
        project: withoutApplyHistory,
        keys: graphsOfChild,
        verbs: APPLY_AND_PRUNE,
      }),
      serviceAccounts: childKind({
        ...planned,
        resource: serviceAccounts,
        keys: graphsOfAccount,
        // An apply of a ServiceAccount cannot detect a foreign object, so the executor gets it first.
        verbs: ["get", ...APPLY_AND_PRUNE],
      }),
      roles: childKind({
        ...planned,
        resource: roles,
        keys: graphsOfChild,
        verbs: APPLY_AND_PRUNE,
      }),
      roleBindings: childKind({
        ...planned,
        resource: roleBindings,
        // The planner's binding is stored whole, because its drift is repaired even if the chart created it.
        project: withoutApplyHistory,
        keys: graphsOfBinding,
        verbs: APPLY_AND_PRUNE,
      }),
      volumeClaims: childKind({
        resource: persistentVolumeClaims,
        project: reduceForeign,
        keys: graphsOfClaim,
        verbs: ["create", "patch"],
      }),
      plannerClusterRole: plannerClusterRoleName === "" || plannerRbacProvided
        ? undefined
        : childKind({
          resource: clusterRoles,
          project: withoutApplyHistory,
          name: plannerClusterRoleName,
          keys: graphsWithPlanner,
          // The operator may bind planners to this ClusterRole without having its permissions.
          verbs: ["bind"],
        }),
    },
    // The operator can grant the Roles of graphs only if it has their permissions itself.
    rules: DISCOVERY_RULES,
  };
}

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
