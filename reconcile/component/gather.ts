import type { DynamoComponentDeployment } from "../../crds/kinds/component.ts";
import { deployments, ingresses, services as serviceResource } from "../../kube/builtin.ts";
import { isPaused } from "../../crds/paused.ts";
import { type KubeObject, objectKey } from "../../kube/object.ts";
import { findIn } from "../apply/observed.ts";
import { controllerOf } from "../apply/ownership.ts";
import { graphs } from "../dynamo/resources.ts";
import { BY_OWNER, type Informers } from "../informers.ts";
import { NONE_SERVED } from "../workload/orchestrator.ts";
import { modelServiceName } from "../dynamo/model_service_name.ts";
import { BY_MODEL_SERVICE, BY_POD_ACCOUNT } from "./watch_keys.ts";
import { isModelService } from "./model_service.ts";
import type { ComponentObserved } from "./plan.ts";

/** What the planner of a component may look at, read from the stores. */
export function gatherComponent(
  component: DynamoComponentDeployment,
  informers: Informers,
): ComponentObserved {
  const { namespace = "", uid = "" } = component.metadata;
  const stores = new Map<string, { get(key: string): KubeObject | undefined }>([
    [deployments.kind, informers.deployments.store],
    [serviceResource.kind, informers.services.store],
    [ingresses.kind, informers.ingresses.store],
  ]);
  const services = informers.services.store.byIndex(BY_OWNER, uid);
  const children = [
    ...informers.deployments.store.byIndex(BY_OWNER, uid),
    ...services,
    ...informers.ingresses.store.byIndex(BY_OWNER, uid),
  ];
  const model = component.spec?.modelRef?.name;
  return {
    graphName: graphNameOf(component),
    served: NONE_SERVED,
    find: findIn(namespace, ({ kind }) => stores.get(kind) as never),
    owned: children.filter((object) => controllerOf(object)?.uid === uid),
    components: model
      ? informers.components.store.byIndex(
        BY_MODEL_SERVICE,
        objectKey({ namespace, name: modelServiceName(model) }),
      )
      : [],
    modelServices: services.filter(isModelService),
    pullSecrets: informers.pullSecrets?.store.namespace(namespace) ?? [],
    podAccounts: informers.serviceAccounts.store.byIndex(BY_POD_ACCOUNT, namespace)
      .map(({ metadata }) => metadata.name),
  };
}

/** Returns the name of the graph that controls a component; "" for a standalone component. */
export function graphNameOf(component: DynamoComponentDeployment): string {
  const owner = controllerOf(component);
  return owner?.kind === graphs.kind ? owner.name : "";
}

/** Whether a component, or the graph that it belongs to, is paused. */
export function isComponentPaused(
  component: DynamoComponentDeployment,
  { graphs }: Pick<Informers, "graphs">,
): boolean {
  if (isPaused(component)) return true;
  const owner = controllerOf(component);
  if (owner?.kind !== "DynamoGraphDeployment") return false;
  const { namespace } = component.metadata;
  const graph = graphs.store.get(objectKey({ namespace, name: owner.name }));
  return graph !== undefined && graph.metadata.uid === owner.uid && isPaused(graph);
}
