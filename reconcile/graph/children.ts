import {
  clusterRoles,
  persistentVolumeClaims,
  roleBindings,
  roles,
  serviceAccounts,
} from "../../kube/builtin.ts";
import type { ChildSettings } from "../dynamo/platform_config.ts";
import { reduceForeign, withoutApplyHistory } from "../dynamo/projection.ts";
import { components, graphs } from "../dynamo/resources.ts";
import { APPLY_AND_PRUNE, childKind, CHILDREN_SETTLE_MS, ownKind } from "../engine/child_kind.ts";
import { workloadKinds } from "../workload/workloads.ts";
import { DISCOVERY_RULES } from "./discovery_rbac.ts";
import {
  graphIndexes,
  graphsOfAccount,
  graphsOfBinding,
  graphsOfChild,
  graphsOfClaim,
  graphsWithPlanner,
} from "./watch_keys.ts";

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
