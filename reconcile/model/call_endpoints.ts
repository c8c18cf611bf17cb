import type { Client } from "../../kube/client.ts";
import type { Clock } from "../../kube/clock.ts";
import { bounded } from "../apply/concurrency.ts";
import type { DynamoModel } from "../../crds/kinds/model.ts";
import type { Endpoint } from "./endpoints.ts";
import { readPodAddresses } from "./pod_addresses.ts";
import type { Failure } from "./worker_api.ts";

/** Maximum number of concurrent requests for one model. */
const MAX_CONCURRENT = 20;
/**
 * Time in milliseconds after which {@linkcode callEndpoints} stops sending requests. Without this limit, unresponsive
 * endpoints could block a worker of the controller for a long time.
 */
const START_MS = 3_000;

/** Dependencies of {@linkcode callEndpoints}. */
export interface CallContext {
  client: Pick<Client, "pages">;
  clock: Pick<Clock, "now">;
}

/**
 * Calls endpoints of a model in the given order, with limited concurrency. The function stops after a time limit; the
 * caller must then call it again for the remaining endpoints. Calls an endpoint only if its address belongs to its pod.
 *
 * @param call sends the requests to one endpoint; returns the failure, or undefined after a success
 * @param report receives the result of each endpoint that was called or refused
 */
export async function callEndpoints<E extends { endpoint: Endpoint }>(
  { client, clock }: CallContext,
  { metadata: { namespace = "" }, spec: { baseModelName } }: DynamoModel,
  endpoints: readonly E[],
  { call, report, isCurrent, signal }: {
    call(endpoint: E): Promise<Failure | undefined>;
    report(endpoint: E, failure: Failure | undefined): void;
    /**
     * Returns whether the model is unchanged and this operator still manages it. If not, {@linkcode callEndpoints}
     * sends no further requests.
     */
    isCurrent(): boolean;
    signal: AbortSignal;
  },
): Promise<void> {
  if (endpoints.length === 0) return;
  const refusalOf = await readPodAddresses(client, { namespace, baseModelName }, signal);
  const endMs = clock.now() + START_MS;
  await bounded(endpoints, MAX_CONCURRENT, async (one) => {
    if (signal.aborted || clock.now() >= endMs || !isCurrent()) return;
    report(one, refusalOf(one.endpoint) ?? await call(one));
  });
}
