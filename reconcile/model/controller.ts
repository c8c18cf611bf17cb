import type { Manager } from "../engine/manager.ts";
import { addController } from "../engine/reconcile.ts";
import { modelKinds } from "./children.ts";
import { createLoadRecord } from "./load_record.ts";
import { modelKind } from "./model_kind.ts";
import { createWorkerApi, type Send } from "./worker_api.ts";

/**
 * Adds the controller of models. It loads LoRA adapters into the pods that serve their base model.
 *
 * @param options.send sends the requests to pods; by default directly to their addresses
 */
export function modelController(
  manager: Manager,
  { workers, send = createSend() }: { workers: number; send?: Send },
): void {
  const { client, clock } = manager;
  const kinds = manager.watch(modelKinds());
  const { own, children: { services, endpointSlices } } = kinds;
  const kind = modelKind({
    client,
    clock,
    api: createWorkerApi(send, clock),
    record: createLoadRecord(clock, Math.random),
    own,
    serviceStore: services.store,
    slices: endpointSlices,
    recorder: manager.recorder("dynamomodel"),
  });
  addController(manager, kind, { kinds, workers });
}

/** Returns a function that sends requests without keeping connections open, because requests to a pod are rare. */
function createSend(): Send {
  const client = Deno.createHttpClient({ http2: false, poolMaxIdlePerHost: 0 });
  return (url, init) => fetch(url, { ...init, client });
}
