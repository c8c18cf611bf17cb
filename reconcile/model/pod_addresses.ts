import { LABELS } from "../../crds/labels.ts";
import { type Pod, pods } from "../../kube/builtin.ts";
import type { Client } from "../../kube/client.ts";
import { isFailedRequest, reasonOf } from "../../kube/errors.ts";
import { modelHash } from "../dynamo/names.ts";
import type { Endpoint } from "./endpoints.ts";
import type { Failure } from "./worker_api.ts";

const DEADLINE_MS = 5_000;

/** Returns the reason why the operator must not send requests to an endpoint; undefined if it may send them. */
export type CheckAddress = (endpoint: Endpoint) => Failure | undefined;

/**
 * Reads the pods that serve a base model. Returns a function that checks whether the address of an endpoint belongs to
 * its pod. Without this check, a client that may write EndpointSlices could make the operator send requests to any
 * address.
 */
export async function readPodAddresses(
  client: Pick<Client, "pages">,
  { baseModelName, namespace }: { baseModelName: string; namespace: string },
  signal: AbortSignal,
): Promise<CheckAddress> {
  const addresses = new Map<string, ReadonlySet<string>>();
  const labelSelector = `${LABELS.baseModelHash}=${modelHash(baseModelName)}`;
  const options = { namespace, labelSelector, deadlineMs: DEADLINE_MS, signal };
  try {
    for await (const { items } of client.pages(pods, options)) {
      for (const pod of items) addresses.set(pod.metadata.uid ?? "", addressesOf(pod));
    }
  } catch (error) {
    if (!isFailedRequest(error)) throw error;
    const message = `the operator cannot list the pods: ${reasonOf(error)}`;
    return () => ({ kind: "pods", message });
  }
  return ({ ip, podUid }) =>
    addresses.get(podUid)?.has(ip)
      ? undefined
      : { kind: "address", message: "the address does not belong to the pod" };
}

function addressesOf({ status }: Pod): ReadonlySet<string> {
  return new Set((status?.podIPs ?? []).map(({ ip }) => ip));
}
