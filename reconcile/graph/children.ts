import {
  clusterRoles,
  persistentVolumeClaims,
  roleBindings,
  roles,
  serviceAccounts,
} from "../../kube/builtin.ts";
import type { ChildSettings } from "../dynamo/platform_config.ts";
import { keepWhatIsOurs, withoutLastApplied } from "../dynamo/projection.ts";
import { components, graphs } from "../dynamo/resources.ts";
import { APPLY_AND_PRUNE, childKind, CHILDREN_SETTLE_MS, ownKind } from "../engine/child_kind.ts";
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
export function graphKinds({ plannerClusterRoleName, plannerAccessGiven }: ChildSettings) {
  const planned = { project: keepWhatIsOurs, settleMs: CHILDREN_SETTLE_MS };
  return {
    own: ownKind({
      resource: graphs,
      project: withoutLastApplied,
      indexes: graphIndexes,
      verbs: ["patch"],
    }),
    children: {
      components: childKind({
        ...planned,
        resource: components,
        project: withoutLastApplied,
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
        // The planner's binding is stored whole even if the chart created it: it has no owner, and its drift is repaired.
        project: withoutLastApplied,
        keys: graphsOfBinding,
        verbs: APPLY_AND_PRUNE,
      }),
      volumeClaims: childKind({
        resource: persistentVolumeClaims,
        project: keepWhatIsOurs,
        keys: graphsOfClaim,
        verbs: ["create", "patch"],
      }),
      plannerClusterRole: plannerClusterRoleName === "" || plannerAccessGiven
        ? undefined
        : childKind({
          resource: clusterRoles,
          project: withoutLastApplied,
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
