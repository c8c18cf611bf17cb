import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import {
  clusterRoles,
  persistentVolumeClaims,
  roleBindings,
  roles,
  serviceAccounts,
} from "../../kube/builtin.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { Store } from "../../kube/store.ts";
import { controllerOf } from "../apply/ownership.ts";
import { findIn } from "../apply/observed.ts";
import { components } from "../dynamo/resources.ts";
import { BY_OWNER, type Informers } from "../informers.ts";
import { NONE_SERVED } from "../workload/orchestrator.ts";
import type { GraphObserved } from "./plan.ts";

/** What the planner of a graph may look at, read from the stores. */
export function gatherGraph(graph: DynamoGraphDeployment, informers: Informers): GraphObserved {
  const { namespace, uid = "" } = graph.metadata;
  const children: Pick<Store<KubeObject>, "byIndex">[] = [
    informers.components.store,
    informers.serviceAccounts.store,
    informers.roles.store,
    informers.roleBindings.store,
  ];
  const stores = new Map<string, { get(key: string): KubeObject | undefined } | undefined>([
    [components.kind, informers.components.store],
    [serviceAccounts.kind, informers.serviceAccounts.store],
    [roles.kind, informers.roles.store],
    [roleBindings.kind, informers.roleBindings.store],
    [persistentVolumeClaims.kind, informers.claims.store],
    [clusterRoles.kind, informers.clusterRoles?.store],
  ]);
  return {
    served: NONE_SERVED,
    find: findIn(namespace, ({ kind }) => stores.get(kind) as never),
    owned: children.flatMap((store) => store.byIndex(BY_OWNER, uid))
      .filter((object) => controllerOf(object)?.uid === uid),
  };
}
