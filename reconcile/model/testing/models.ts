import type { DynamoModel, ModelStatus } from "../../../crds/kinds/model.ts";
import { LABELS } from "../../../crds/labels.ts";
import {
  type EndpointSlice,
  endpointSlices,
  type Pod,
  pods,
  type Service,
  services,
} from "../../../kube/builtin.ts";
import { modelHash, modelServiceName } from "../../dynamo/names.ts";
import { models } from "../../dynamo/resources.ts";
import type { Endpoint } from "../endpoints.ts";

/** Name of the base model in tests. */
export const BASE = "acme/base";
/** The adapter of {@linkcode loraModel}. */
export const ADAPTER = { modelName: "acme/tuned", uri: "s3://weights/tuned" };
export const NAMESPACE = "team";

const SERVICE_UID = "service-uid";

export function loraModel(
  { spec, status, metadata }: {
    spec?: Partial<DynamoModel["spec"]>;
    status?: ModelStatus;
    metadata?: Partial<DynamoModel["metadata"]>;
  } = {},
): DynamoModel {
  return {
    apiVersion: models.apiVersion,
    kind: models.kind,
    metadata: { name: "tuned", namespace: NAMESPACE, uid: "model-uid", generation: 1, ...metadata },
    spec: {
      modelName: ADAPTER.modelName,
      baseModelName: BASE,
      modelType: "lora",
      source: { uri: ADAPTER.uri },
      ...spec,
    },
    ...(status && { status }),
  };
}

/** Returns the endpoint of pod `worker-N`, which is ready by default. */
export function endpoint(number: number, isPodReady = true): Endpoint {
  const podName = `worker-${String(number).padStart(3, "0")}`;
  return { ip: `10.0.0.${number}`, podName, podUid: `${podName}-uid`, isPodReady };
}

export function modelService(uid = SERVICE_UID): Service {
  return {
    apiVersion: services.apiVersion,
    kind: services.kind,
    metadata: { name: modelServiceName(BASE), namespace: NAMESPACE, uid },
  };
}

/** Returns an EndpointSlice of the base model's Service, as Kubernetes creates it. */
export function endpointSlice(
  endpoints: readonly Endpoint[],
  name = "slice",
): EndpointSlice {
  const service = modelServiceName(BASE);
  return {
    apiVersion: endpointSlices.apiVersion,
    kind: endpointSlices.kind,
    metadata: {
      name,
      namespace: NAMESPACE,
      labels: { "kubernetes.io/service-name": service, [LABELS.baseModelHash]: modelHash(BASE) },
      ownerReferences: [
        { apiVersion: "v1", kind: "Service", name: service, uid: SERVICE_UID, controller: true },
      ],
    },
    addressType: "IPv4",
    endpoints: endpoints.map(({ ip, podName, podUid, isPodReady }) => ({
      addresses: [ip],
      conditions: { ready: isPodReady },
      targetRef: { kind: "Pod", name: podName, namespace: NAMESPACE, uid: podUid },
    })),
  };
}

export function podOf({ ip, podName, podUid }: Endpoint): Pod {
  return {
    apiVersion: pods.apiVersion,
    kind: pods.kind,
    metadata: { name: podName, namespace: NAMESPACE, uid: podUid },
    status: { podIP: ip, podIPs: [{ ip }] },
  };
}
