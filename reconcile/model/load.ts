import type { DynamoModel } from "../../crds/kinds/model.ts";
import { type CallContext, callEndpoints } from "./call_endpoints.ts";
import type { Endpoint } from "./endpoints.ts";
import type { LoadRecord } from "./load_record.ts";
import type { LoadRequest, ModelPlan, PlannedEndpoint } from "./plan.ts";
import type { Failure, WorkerApi } from "./worker_api.ts";

/** Dependencies of {@linkcode loadAdapter}. */
export interface LoadContext extends CallContext {
  api: WorkerApi;
  record: LoadRecord;
}

/** An endpoint, and the request to send to it now. */
interface Due {
  endpoint: Endpoint;
  request: LoadRequest;
}

/**
 * Sends the due requests of a plan, and records their results. Calls endpoints with an earlier failure last, because
 * waiting for them could delay the other requests.
 */
export async function loadAdapter(
  { api, record, ...context }: LoadContext,
  model: DynamoModel,
  { endpoints }: Pick<ModelPlan, "endpoints">,
  { isCurrent, signal }: { isCurrent(): boolean; signal: AbortSignal },
): Promise<void> {
  const uid = model.metadata.uid ?? "";
  record.keep(uid, endpoints.map(({ endpoint }) => endpoint));

  async function call({ endpoint, request }: Due): Promise<Failure | undefined> {
    const { adapter, former } = request;
    const failure = former === undefined ? undefined : await api.unload(endpoint, former, signal);
    if (!failure) return await api.load(endpoint, adapter, signal);
    return { ...failure, message: `cannot unload "${former}": ${failure.message}` };
  }

  await callEndpoints(context, model, inOrder(endpoints), {
    call,
    report({ endpoint, request: { adapter } }, failure) {
      if (failure) record.failed(uid, endpoint, adapter, failure);
      else record.loaded(uid, endpoint, adapter);
    },
    isCurrent,
    signal,
  });
}

function inOrder(endpoints: readonly PlannedEndpoint[]): Due[] {
  const due = (hasFailed: boolean) =>
    endpoints.flatMap(({ endpoint, request, failed }) =>
      request && (failed !== undefined) === hasFailed ? [{ endpoint, request }] : []
    );
  return [...due(false), ...due(true)];
}
