import type { DynamoModel, ModelStatus } from "../../crds/kinds/model.ts";
import type { Problem } from "../dynamo/problem.ts";
import type { ChildPlan } from "../engine/reconciled_kind.ts";
import {
  type Adapter,
  adapterOf,
  isSameAdapter,
  recordedAdapter,
  specProblems,
} from "./adapter.ts";
import { type Endpoint, endpointKey, endpointUrl } from "./endpoints.ts";
import type { LoadState } from "./load_record.ts";
import type { Failure } from "./worker_api.ts";

/** The observed state that the plan of a model depends on. */
export interface ModelObserved {
  endpoints: readonly Endpoint[];
  /** States of the endpoints, keyed by {@linkcode endpointKey}. */
  states: ReadonlyMap<string, LoadState>;
  /** Set if another model of the same base model has precedence and uses the same adapter name for other weights. */
  nameConflict?: Problem;
  /** Names of the adapters that other models load into the same endpoints. */
  othersAdapters: ReadonlySet<string>;
}

/**
 * The requests that load the adapter of a model. The plan has no children, because the operator creates no objects for
 * a model.
 */
export interface ModelPlan extends ChildPlan {
  problems: readonly Problem[];
  /** The adapter to load; absent if the model is not a LoRA adapter, or if it has problems. */
  adapter?: Adapter;
  endpoints: readonly PlannedEndpoint[];
}

/** An endpoint of a model, and the next request to it. */
export interface PlannedEndpoint {
  endpoint: Endpoint;
  /** Whether the endpoint has loaded the adapter. */
  isLoaded: boolean;
  /** The request to send now; absent if no request is due. */
  request?: LoadRequest;
  /** The last failure, and the time in milliseconds until the next request. */
  failed?: { failure: Failure; waitMs: number };
}

/** A request to load an adapter. */
export interface LoadRequest {
  adapter: Adapter;
  /** Name of the former adapter, which the worker must unload first; absent if no adapter must be unloaded. */
  former?: string;
}

/**
 * Plans the requests that the operator sends now to load the adapter of a model. Each endpoint gets one request after
 * its pod becomes ready. It gets another request only when the backoff after a failure ends, or when the adapter
 * changes.
 */
export function planModel(model: DynamoModel, observed: ModelObserved): ModelPlan {
  const { nameConflict } = observed;
  const adapter = nameConflict ? undefined : adapterOf(model);
  const { status } = model;
  const before = { adapter: recordedAdapter(status), loaded: reportedLoaded(status) };
  return {
    problems: [...specProblems(model), ...(nameConflict ? [nameConflict] : [])],
    ...(adapter && { adapter }),
    endpoints: observed.endpoints.map((endpoint) =>
      adapter && endpoint.isPodReady
        ? planEndpoint(endpoint, adapter, { ...observed, before })
        : { endpoint, isLoaded: false }
    ),
  };
}

/** The adapter in the status, and the endpoints that have loaded it according to the status. */
interface Reported {
  adapter: Adapter | undefined;
  loaded: ReadonlySet<string>;
}

function planEndpoint(
  endpoint: Endpoint,
  adapter: Adapter,
  { states, othersAdapters, before }: Omit<ModelObserved, "endpoints"> & { before: Reported },
): PlannedEndpoint {
  const { loaded, failure, waitMs } = states.get(endpointKey(endpoint)) ?? { waitMs: 0 };
  if (loaded && isSameAdapter(loaded, adapter)) return { endpoint, isLoaded: true };
  if (failure && waitMs > 0) return { endpoint, isLoaded: false, failed: { failure, waitMs } };
  const former = loaded ?? before.adapter;
  const isReplaced = former !== undefined && !isSameAdapter(former, adapter);
  const isUsed = former !== undefined && former.modelName !== adapter.modelName &&
    othersAdapters.has(former.modelName);
  const mustUnload = isReplaced && !isUsed;
  return {
    endpoint,
    // After a restart of the operator, `isLoaded` comes from the status until the endpoint has responded.
    isLoaded: !failure && !isReplaced && before.loaded.has(reportedKey(endpoint)),
    request: { adapter, ...(mustUnload && { former: former.modelName }) },
    ...(failure && { failed: { failure, waitMs } }),
  };
}

function reportedLoaded(status: ModelStatus | undefined): ReadonlySet<string> {
  const loaded = (status?.endpoints ?? []).filter(({ ready }) => ready);
  return new Set(loaded.map(({ address, podName }) => `${podName} ${address}`));
}

function reportedKey(endpoint: Endpoint): string {
  return `${endpoint.podName} ${endpointUrl(endpoint)}`;
}
