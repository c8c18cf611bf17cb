import type { DynamoComponentDeployment } from "../../crds/kinds/component.ts";
import { isPaused, LABELS } from "../../crds/labels.ts";
import { dynamoComponentDeploymentNames, isOfKind } from "../../crds/names.ts";
import type { ServiceAccount } from "../../kube/builtin.ts";
import { type KubeObject, objectKey, type ObjectName } from "../../kube/object.ts";
import { modelServiceName } from "../dynamo/names.ts";
import type { Lookup } from "../engine/lookup.ts";

/** Index of components by the Service of the model that they serve, as `namespace/service`. */
export const BY_MODEL_SERVICE = "model-service";
/** Index of ServiceAccounts for component pods by namespace. */
export const BY_POD_ACCOUNT = "pod-account";

/** Indexes of components. */
export const componentIndexes = {
  [BY_MODEL_SERVICE]: ({ metadata: { namespace }, spec }: DynamoComponentDeployment) =>
    spec?.modelRef?.name
      ? [objectKey({ namespace, name: modelServiceName(spec.modelRef.name) })]
      : [],
};

/** Indexes of ServiceAccounts. */
export const accountIndexes = {
  [BY_POD_ACCOUNT]: (account: ServiceAccount) =>
    isPodAccount(account) ? [account.metadata.namespace ?? ""] : [],
};

type Components<K extends keyof Lookup<KubeObject>> = Pick<Lookup<KubeObject>, K>;

/**
 * Returns the keys of the components that own the child, and of the component of its name: a foreign object may have
 * blocked that component's child.
 */
export function componentsOfChild(
  { metadata }: KubeObject,
  components: { get(name: ObjectName): KubeObject | undefined },
): string[] {
  const { namespace, ownerReferences = [] } = metadata;
  const owners = ownerReferences
    .filter((owner) => isOfKind(owner, dynamoComponentDeploymentNames))
    .map(({ name }) => objectKey({ namespace, name }));
  const sameName = components.get(metadata);
  return [...new Set([...owners, ...keys(sameName ? [sameName] : [])])];
}

/** Returns the keys of the components that a Service affects: as a child, or as the Service of their model. */
export function componentsOfService(
  service: KubeObject,
  components: Components<"get" | "byIndex">,
): string[] {
  const serving = keys(components.byIndex(BY_MODEL_SERVICE, objectKey(service.metadata)));
  return [...new Set([...componentsOfChild(service, components), ...serving])];
}

/** Returns the keys of all components of the object's namespace. */
export function componentsOfNamespace(
  { metadata: { namespace = "" } }: KubeObject,
  components: Components<"namespace">,
): string[] {
  return keys(components.namespace(namespace));
}

/** Returns the keys of the components whose pods may run under the ServiceAccount. */
export function componentsOfPodAccount(
  account: KubeObject,
  components: Components<"namespace">,
): string[] {
  return isPodAccount(account) ? componentsOfNamespace(account, components) : [];
}

/** Returns the keys of the components of a paused graph. */
export function componentsOfPausedGraph(
  graph: KubeObject,
  components: Components<"ownedBy">,
): string[] {
  return isPaused(graph) ? keys(components.ownedBy(graph.metadata.uid)) : [];
}

/** Returns whether a label selects the ServiceAccount for component pods that name none. */
function isPodAccount({ metadata: { labels } }: KubeObject): boolean {
  return labels?.[LABELS.componentPod] === "true";
}

function keys(components: readonly KubeObject[]): string[] {
  return components.map(({ metadata }) => objectKey(metadata));
}
