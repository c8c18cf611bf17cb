import { LABELS } from "../../crds/labels.ts";
import type { DynamoModel } from "../../crds/kinds/model.ts";
import { type EndpointSlice, endpointSlices, services } from "../../kube/builtin.ts";
import { type KubeObject, objectKey, objectKeys } from "../../kube/object.ts";
import { rule } from "../../kube/policy_rules.ts";
import { modelServiceName } from "../dynamo/names.ts";
import { identityOnly, reduceForeign, withoutApplyHistory } from "../dynamo/projection.ts";
import { models } from "../dynamo/resources.ts";
import { childKind, CHILDREN_SETTLE_MS, ownKind } from "../engine/child_kind.ts";
import type { Lookup } from "../engine/lookup.ts";
import { isSameAdapter, recordedAdapter } from "./adapter.ts";
import { sharesName } from "./name_conflict.ts";

/** Name of the indexes that find models and EndpointSlices by the `namespace/name` of the base model's Service. */
export const BY_SERVICE = "service";

/** Label with the name of the Service to which an EndpointSlice belongs. */
const SERVICE_NAME = "kubernetes.io/service-name";

/** Returns all kinds that the controller of models reads and writes. */
export function modelKinds() {
  return {
    own: ownKind({
      resource: models,
      project: withoutApplyHistory,
      indexes: { [BY_SERVICE]: (model: DynamoModel) => [serviceKey(model)] },
      verbs: ["patch"],
    }),
    children: {
      // Two models of the same base model can use the same adapter name for different weights. A worker can load only
      // one of the two adapters, so each model depends on the other models.
      others: childKind({
        resource: models,
        project: withoutApplyHistory,
        keys: modelsOfSameName,
        keysOfUpdate: (model: DynamoModel, previous: DynamoModel, own) =>
          isSameClaim(model, previous)
            ? []
            : [...modelsOfSameName(model, own), ...modelsOfSameName(previous, own)],
        writtenDirectly: true,
      }),
      services: childKind({
        resource: services,
        project: reduceForeign,
        keys: ({ metadata }, own) => objectKeys(own.byIndex(BY_SERVICE, objectKey(metadata))),
        // The controller reads only the UID of the Service, so an update of the Service does not enqueue models.
        keysOfUpdate: () => [],
      }),
      endpointSlices: childKind({
        resource: endpointSlices,
        // Kubernetes copies the labels of a Service to its EndpointSlices, so this label selects the EndpointSlices of
        // base models.
        labelSelector: LABELS.baseModelHash,
        project: projectSlice,
        indexes: { [BY_SERVICE]: servicesOfSlice },
        settleMs: CHILDREN_SETTLE_MS,
        keys: modelsOfSlice,
      }),
    },
    // The operator lists pods to check that an address belongs to a pod, before it sends a request to this address.
    rules: [rule("", ["pods"], ["list"])],
  };
}

/** Returns the `namespace/name` of the headless Service for the base model of a DynamoModel. */
export function serviceKey({ metadata: { namespace }, spec }: DynamoModel): string {
  return objectKey({ namespace, name: modelServiceName(spec?.baseModelName ?? "") });
}

function modelsOfSameName(model: DynamoModel, own: Pick<Lookup<KubeObject>, "byIndex">): string[] {
  const others = (own.byIndex(BY_SERVICE, serviceKey(model)) as DynamoModel[])
    .filter((other) => other.metadata.uid !== model.metadata.uid && sharesName(other, model));
  return objectKeys(others);
}

function isSameClaim(a: DynamoModel, b: DynamoModel): boolean {
  return a.metadata.generation === b.metadata.generation &&
    isSameAdapter(recordedAdapter(a.status), recordedAdapter(b.status));
}

function servicesOfSlice({ metadata: { namespace, labels } }: KubeObject): string[] {
  const name = labels?.[SERVICE_NAME];
  return name ? [objectKey({ namespace, name })] : [];
}

function modelsOfSlice(slice: KubeObject, own: Pick<Lookup<KubeObject>, "byIndex">): string[] {
  return servicesOfSlice(slice).flatMap((service) => objectKeys(own.byIndex(BY_SERVICE, service)));
}

/** Returns an EndpointSlice with only the fields that the operator reads, to save memory. */
function projectSlice(slice: EndpointSlice): EndpointSlice {
  const { addressType, endpoints } = slice;
  const reduced = (endpoints ?? []).map(({ addresses, conditions, targetRef }) => ({
    addresses,
    ...(conditions && { conditions }),
    ...(targetRef && { targetRef }),
  }));
  return { ...identityOnly(slice), addressType, endpoints: reduced };
}
