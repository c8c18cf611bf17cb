import type { DynamoModel } from "../../crds/kinds/model.ts";
import type { EndpointSlice, Service } from "../../kube/builtin.ts";
import type { EventRecorder } from "../../kube/events.ts";
import { models } from "../dynamo/resources.ts";
import type { Lookup } from "../engine/lookup.ts";
import type { Manager } from "../engine/manager.ts";
import { podEndpoints } from "./endpoints.ts";
import type { LoadContext } from "./load.ts";
import { createLoadRecord } from "./load_record.ts";
import { createWorkerApi, type Send } from "./worker_api.ts";

/** Dependencies of the reconciliation of models. */
export interface ModelContext extends LoadContext {
  own: Pick<Lookup<DynamoModel>, "get" | "byIndex">;
  serviceStore: Pick<Lookup<Service>["store"], "get">;
  slices: Pick<Lookup<EndpointSlice>, "byIndex">;
  recorder: Pick<EventRecorder, "event">;
  /** Returns whether this operator manages a namespace. */
  accepts(namespace: string | undefined): boolean;
}

/** The lookups of the kinds that the controller of models watches. */
export interface ModelLookups {
  own: ModelContext["own"];
  children: {
    services: { store: ModelContext["serviceStore"] };
    endpointSlices: Pick<Lookup<EndpointSlice>, "byIndex" | "onChange">;
  };
}

/**
 * Returns the {@linkcode ModelContext} of a running operator.
 *
 * @param send sends the requests to the pods
 */
export function modelContext(
  { client, clock, recorder, accepts }:
    & Pick<ModelContext, "client" | "accepts">
    & Pick<Manager, "clock" | "recorder">,
  { own, children: { services, endpointSlices } }: ModelLookups,
  send: Send,
): ModelContext {
  const record = createLoadRecord(clock, Math.random);
  // Handles each event, because a pod may become not ready and ready again between two reconciliations. Its container
  // may have restarted in this time.
  endpointSlices.onChange(({ object }) => {
    for (const endpoint of podEndpoints(object)) {
      if (!endpoint.isPodReady) record.notReady(endpoint);
    }
  });
  return {
    client,
    clock,
    api: createWorkerApi(send, clock),
    record,
    own,
    serviceStore: services.store,
    slices: endpointSlices,
    recorder: recorder(models.kind.toLowerCase()),
    accepts,
  };
}
