import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import type { KubeObject } from "../../kube/object.ts";
import { objectKey } from "../../kube/object.ts";
import type { Store } from "../../kube/store.ts";
import { controllerOf } from "../apply/ownership.ts";
import type { Observed } from "../apply/observed.ts";
import { BY_OWNER, type Informers } from "../informers.ts";

/** What the planner of a graph may look at, read from the stores. */
export function gatherGraph(graph: DynamoGraphDeployment, informers: Informers): Observed {
  const { namespace, uid = "" } = graph.metadata;
  const children: Pick<Store<KubeObject>, "byIndex">[] = [
    informers.components.store,
    informers.serviceAccounts.store,
    informers.roles.store,
    informers.roleBindings.store,
  ];
  const stores: Record<string, Pick<Store<KubeObject>, "get"> | undefined> = {
    DynamoComponentDeployment: informers.components.store,
    ServiceAccount: informers.serviceAccounts.store,
    Role: informers.roles.store,
    RoleBinding: informers.roleBindings.store,
    PersistentVolumeClaim: informers.claims.store,
  };
  return {
    find: (kind, name) =>
      kind === "ClusterRole"
        ? informers.clusterRoles?.store.get(name)
        : stores[kind]?.get(objectKey({ namespace, name })),
    owned: children.flatMap((store) => store.byIndex(BY_OWNER, uid))
      .filter((object) => controllerOf(object)?.uid === uid),
  };
}
