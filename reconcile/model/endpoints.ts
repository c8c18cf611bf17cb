import type { EndpointSlice, Service } from "../../kube/builtin.ts";
import { controllerOf } from "../apply/ownership.ts";
import { SYSTEM_PORT } from "../dynamo/service_input.ts";

/** Address of a pod that serves the base model of a DynamoModel. */
export interface Endpoint {
  ip: string;
  podName: string;
  /** UID of the pod. A new pod with the same name has another UID, and has not loaded any adapter. */
  podUid: string;
  /**
   * Whether the pod is ready. A pod becomes not ready when its container restarts. The new container has not loaded any
   * adapter.
   */
  isPodReady: boolean;
}

/** Returns a key that identifies an endpoint. A new pod with the same name has another key. */
export function endpointKey({ ip, podUid }: Endpoint): string {
  return `${podUid} ${ip}`;
}

/** Returns the URL of an endpoint for requests and for the status, such as `http://10.0.1.5:9090`. */
export function endpointUrl({ ip }: Pick<Endpoint, "ip">): string {
  return `http://${ip.includes(":") ? `[${ip}]` : ip}:${SYSTEM_PORT}`;
}

/**
 * Returns the pod addresses in the EndpointSlices of a model's Service, sorted by pod and address. Ignores slices that
 * the Service does not control, endpoints that are not pods of the same namespace, and pods that terminate.
 */
export function endpointsOf(
  service: Service | undefined,
  slices: readonly EndpointSlice[],
): Endpoint[] {
  const uid = service?.metadata.uid;
  if (uid === undefined) return [];
  const found = new Map<string, Endpoint>();
  for (const slice of slices.filter((slice) => controllerOf(slice)?.uid === uid)) {
    for (const endpoint of podEndpoints(slice)) found.set(endpointKey(endpoint), endpoint);
  }
  return [...found.values()].sort((a, b) => compare(a.podName, b.podName) || compare(a.ip, b.ip));
}

/** Returns the pod addresses in one EndpointSlice. Does not check the owner of the EndpointSlice. */
export function podEndpoints({ metadata, addressType, endpoints }: EndpointSlice): Endpoint[] {
  if (addressType === "FQDN") return [];
  return (endpoints ?? []).flatMap(({ addresses, conditions, targetRef }) => {
    const { kind, name, uid, namespace } = targetRef ?? {};
    if (kind !== "Pod" || !name || !uid || namespace !== metadata.namespace) return [];
    if (conditions?.terminating) return [];
    // If the condition is absent, the API of EndpointSlices requires clients to assume that the endpoint is ready.
    const isPodReady = conditions?.ready ?? true;
    return addresses.map((ip) => ({ ip, podName: name, podUid: uid, isPodReady }));
  });
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
