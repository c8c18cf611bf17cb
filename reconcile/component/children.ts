import type { DynamoComponentDeployment } from "../../crds/kinds/component.ts";
import { isPaused, LABELS } from "../../crds/labels.ts";
import { dynamoComponentDeploymentNames, isOfKind } from "../../crds/names.ts";
import {
  ingresses,
  secrets,
  type ServiceAccount,
  serviceAccounts,
  services,
} from "../../kube/builtin.ts";
import { sameJson } from "../../kube/json.ts";
import { type KubeObject, objectKey, objectKeys } from "../../kube/object.ts";
import { virtualServices } from "../../kube/optional_kinds.ts";
import { rule } from "../../kube/policy_rules.ts";
import { modelServiceName } from "../dynamo/names.ts";
import type { ChildSettings } from "../dynamo/platform_config.ts";
import { reduceForeign, withoutApplyHistory } from "../dynamo/projection.ts";
import { components, graphs } from "../dynamo/resources.ts";
import { APPLY_AND_PRUNE, childKind, CHILDREN_SETTLE_MS, ownKind } from "../engine/child_kind.ts";
import type { Lookup } from "../engine/lookup.ts";
import { DOCKER_CONFIG_TYPE, pullSecret } from "../pod/pull_secrets.ts";
import { isModelService } from "./model_service.ts";
import { usesMpiSecret } from "./mpi_secret.ts";
import { BY_MPI_SECRET, mpiSecretKind } from "./mpi_secret_kind.ts";
import { workloadKinds } from "../workload/workloads.ts";

/** The image pull Secrets of pods. The store keeps only the registry hosts of each Secret. */
export const pullSecrets = childKind({
  resource: secrets,
  fieldSelector: `type=${DOCKER_CONFIG_TYPE}`,
  project: pullSecret,
  keys: componentsOfNamespace,
});

const planned = { project: reduceForeign, settleMs: CHILDREN_SETTLE_MS, verbs: APPLY_AND_PRUNE };

/** The Istio VirtualServices of components. */
export const componentVirtualServices = childKind({
  ...planned,
  resource: virtualServices,
  optional: true,
  keys: componentsOfChild,
});

/** Returns all kinds that the component controller reads and writes. */
export function componentKinds(settings: ChildSettings) {
  const { pullSecretDiscovery, virtualServiceGateway } = settings;
  const workloads = Object.fromEntries(
    workloadKinds().map(({ resource, ...kind }) => [
      resource.plural,
      childKind({ ...planned, ...kind, resource, keys: componentsOfChild }),
    ]),
  );
  return {
    own: ownKind({
      resource: components,
      project: withoutApplyHistory,
      indexes: componentIndexes,
      verbs: ["patch"],
    }),
    children: {
      ...workloads,
      services: childKind({
        ...planned,
        resource: services,
        keys: componentsOfService,
        keysOfUpdate: componentsOfServiceUpdate,
      }),
      ingresses: childKind({ ...planned, resource: ingresses, keys: componentsOfChild }),
      virtualServices: virtualServiceGateway ? componentVirtualServices : undefined,
      graphs: childKind({
        resource: graphs,
        project: withoutApplyHistory,
        keys: componentsOfPausedGraph,
      }),
      podServiceAccounts: childKind({
        resource: serviceAccounts,
        project: reduceForeign,
        indexes: serviceAccountIndexes,
        keys: componentsOfPodServiceAccount,
      }),
      pullSecrets: pullSecretDiscovery ? pullSecrets : undefined,
      mpiSecrets: mpiSecretKind(settings),
    },
    // The operator lists pods and events to explain in the status why a component is unavailable.
    rules: [rule("", ["pods"], ["list"]), rule("events.k8s.io", ["events"], ["list"])],
  };
}

/**
 * Name of the index that finds components by the model that they serve. The key is `namespace/name` of the model's
 * Service.
 */
export const BY_MODEL_SERVICE = "model-service";
/**
 * Name of the index that finds ServiceAccounts with the label {@link LABELS.componentPod}. The key is the namespace.
 */
export const BY_POD_SERVICE_ACCOUNT = "pod-service-account";

/** Index functions for components. */
export const componentIndexes = {
  [BY_MODEL_SERVICE]({ metadata: { namespace }, spec }: DynamoComponentDeployment) {
    const model = spec?.modelRef?.name;
    return model ? [objectKey({ namespace, name: modelServiceName(model) })] : [];
  },
  [BY_MPI_SECRET]: ({ metadata: { namespace = "" }, spec }: DynamoComponentDeployment) =>
    usesMpiSecret(spec) ? ["", namespace] : [],
};

const serviceAccountIndexes = {
  [BY_POD_SERVICE_ACCOUNT]: (account: ServiceAccount) =>
    isPodServiceAccount(account) ? [account.metadata.namespace ?? ""] : [],
};

/** Lookups for the components that a changed object affects. */
export type Components = Pick<
  Lookup<KubeObject>,
  "get" | "namespace" | "byIndex" | "ownedBy"
>;

/**
 * Returns the keys of the components that own the child. Also returns the key of the component with the child's name,
 * because a foreign object with this name may block that component.
 */
export function componentsOfChild({ metadata }: KubeObject, components: Components): string[] {
  const { namespace, ownerReferences = [] } = metadata;
  const owners = ownerReferences
    .filter((owner) => isOfKind(owner, dynamoComponentDeploymentNames))
    .map(({ name }) => objectKey({ namespace, name }));
  const sameName = components.get(metadata);
  return [...new Set([...owners, ...objectKeys(sameName ? [sameName] : [])])];
}

/**
 * Returns the keys of the components that a Service affects: its owners, the component with its name, and the
 * components that serve its model.
 */
export function componentsOfService(service: KubeObject, components: Components): string[] {
  const serving = objectKeys(components.byIndex(BY_MODEL_SERVICE, objectKey(service.metadata)));
  return [...new Set([...componentsOfChild(service, components), ...serving])];
}

/**
 * Returns the keys of the components that an update of a Service affects. Each component that serves a model adds
 * itself to the owners of the model's Service. This change does not affect the other components, so the function omits
 * them. Otherwise each of n components would cause n reconciliations.
 */
export function componentsOfServiceUpdate(
  service: KubeObject,
  previous: KubeObject,
  components: Components,
): string[] {
  if (!isOwnersOnly(service, previous)) {
    return [service, previous].flatMap((state) => componentsOfService(state, components));
  }
  const owners = new Set((service.metadata.ownerReferences ?? []).map(({ uid }) => uid));
  const serving = components.byIndex(BY_MODEL_SERVICE, objectKey(service.metadata));
  return objectKeys(serving.filter(({ metadata: { uid = "" } }) => !owners.has(uid)));
}

/** Returns whether an update of a model's Service changed only the owner references, and no owner is a controller. */
export function isOwnersOnly(service: KubeObject, previous: KubeObject): boolean {
  return isModelService(service) &&
    !(service.metadata.ownerReferences ?? []).some(({ controller }) => controller) &&
    sameJson(withoutOwners(service), withoutOwners(previous));
}

function withoutOwners(object: KubeObject): KubeObject {
  const { ownerReferences: _owners, resourceVersion: _version, ...metadata } = object.metadata;
  return { ...object, metadata };
}

/** Returns the keys of all components in the namespace of the object. */
export function componentsOfNamespace({ metadata }: KubeObject, components: Components): string[] {
  return objectKeys(components.namespace(metadata.namespace ?? ""));
}

function componentsOfPodServiceAccount(account: KubeObject, components: Components): string[] {
  return isPodServiceAccount(account) ? componentsOfNamespace(account, components) : [];
}

/** Returns the keys of the components of a graph if the graph is paused; otherwise no keys. */
export function componentsOfPausedGraph(graph: KubeObject, components: Components): string[] {
  return isPaused(graph) ? objectKeys(components.ownedBy(graph.metadata.uid)) : [];
}

/**
 * Returns whether a ServiceAccount has the label for component pods. Pods without `serviceAccountName` use such a
 * ServiceAccount.
 */
function isPodServiceAccount({ metadata: { labels } }: KubeObject): boolean {
  return labels?.[LABELS.componentPod] === "true";
}
