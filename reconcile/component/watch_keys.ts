import type { DynamoComponentDeployment } from "../../crds/kinds/component.ts";
import { LABELS } from "../../crds/labels.ts";
import { isPaused } from "../../crds/paused.ts";
import type { ServiceAccount } from "../../kube/builtin.ts";
import { type KubeObject, objectKey } from "../../kube/object.ts";
import { modelServiceName } from "../dynamo/model_service_name.ts";

/** Index of components by the Service of the model that they serve, as `namespace/service`. */
export const BY_MODEL_SERVICE = "model-service";
/** Index of accounts for component pods by namespace. */
export const BY_POD_ACCOUNT = "pod-account";

export const componentIndexes = {
  [BY_MODEL_SERVICE]: ({ metadata: { namespace }, spec }: DynamoComponentDeployment) =>
    spec?.modelRef?.name
      ? [objectKey({ namespace, name: modelServiceName(spec.modelRef.name) })]
      : [],
};

export const accountIndexes = {
  [BY_POD_ACCOUNT]: (account: ServiceAccount) =>
    isPodAccount(account) ? [account.metadata.namespace ?? ""] : [],
};

/** Whether an account is marked for component pods that have none of their own. */
export function isPodAccount({ metadata: { labels } }: KubeObject): boolean {
  return labels?.[LABELS.componentPod] === "true";
}

/**
 * The keys of the components that a child concerns: its owners, and the one of its own name, for which a foreign
 * object may have been in the way.
 */
export function componentsOfChild(
  components: { get(key: string): DynamoComponentDeployment | undefined },
): (child: KubeObject) => string[] {
  return ({ metadata }) => {
    const { namespace, ownerReferences = [] } = metadata;
    const owners = ownerReferences
      .filter(({ kind, apiVersion }) =>
        kind === "DynamoComponentDeployment" && apiVersion.startsWith("nvidia.com/")
      )
      .map(({ name }) => objectKey({ namespace, name }));
    const namesake = objectKey(metadata);
    return [...new Set([...owners, ...(components.get(namesake) ? [namesake] : [])])];
  };
}

/** The keys of the components whose model a Service is for, or would be if it were not somebody else's. */
export function componentsOfModelService(
  components: { byIndex(index: string, value: string): DynamoComponentDeployment[] },
): (service: KubeObject) => string[] {
  return (service) =>
    components.byIndex(BY_MODEL_SERVICE, objectKey(service.metadata)).map(({ metadata }) =>
      objectKey(metadata)
    );
}

/** The keys of the components whose pods an object of their namespace may change: all that are in it. */
export function componentsBeside(
  components: { namespace(name: string): DynamoComponentDeployment[] },
): (object: KubeObject) => string[] {
  return ({ metadata: { namespace = "" } }) =>
    components.namespace(namespace).map(({ metadata }) => objectKey(metadata));
}

/** The keys of the components of a paused graph: they pause, and go on, with it. */
export function componentsOfPaused(
  components: { byIndex(index: string, value: string): DynamoComponentDeployment[] },
  ownerIndex: string,
): (graph: KubeObject) => string[] {
  return (graph) =>
    isPaused(graph)
      ? components.byIndex(ownerIndex, graph.metadata.uid ?? "").map(({ metadata }) =>
        objectKey(metadata)
      )
      : [];
}
