import type { DynamoModel } from "../../crds/kinds/model.ts";
import { createBoundedMap } from "../../kube/bounded_map.ts";
import type { EventRecorder } from "../../kube/events.ts";
import { REASONS } from "../dynamo/conditions.ts";
import { done, type Outcome, requeueAfter } from "../engine/outcome.ts";
import { type CallContext, callEndpoints } from "./call_endpoints.ts";
import { type Endpoint, endpointKey } from "./endpoints.ts";
import { describeFailures } from "./describe_failures.ts";
import type { Failure, WorkerApi } from "./worker_api.ts";

/** Dependencies of {@linkcode createUnloader}. */
export interface UnloadContext extends CallContext {
  api: WorkerApi;
  recorder: Pick<EventRecorder, "event">;
  /** Returns whether this operator manages a namespace. */
  accepts(namespace: string | undefined): boolean;
}

/** The adapters to unload before a model is deleted, and the endpoints that may have loaded them. */
export interface Unloading {
  /** Names of the adapters to unload. */
  names: readonly string[];
  endpoints: readonly Endpoint[];
}

/** Time in milliseconds after which a deletion continues, even if endpoints have not unloaded the adapter. */
export const DEADLINE_MS = 30_000;
const RETRY_MS = 5_000;
/** Delay in milliseconds until the next attempt, if the current one could not call all endpoints. */
const NEXT_RUN_MS = 100;
const MAX_MODELS = 10_000;

interface Session {
  sinceMs: number;
  unloaded: Set<string>;
  failures: Map<string, Failure>;
  isFinished: boolean;
}

/**
 * Returns a function that unloads the adapters of a model from all endpoints before the model is deleted. It repeats
 * failed requests. At the deadline, it reports the failed endpoints in an event and lets the deletion continue.
 */
export function createUnloader({ api, recorder, accepts, ...context }: UnloadContext) {
  const { clock } = context;
  const sessions = createBoundedMap<Session>(MAX_MODELS);

  function sessionOf({ metadata: { uid = "" } }: DynamoModel): Session {
    const session = sessions.get(uid) ??
      { sinceMs: clock.now(), unloaded: new Set(), failures: new Map(), isFinished: false };
    sessions.set(uid, session);
    return session;
  }

  /** Returns the endpoints that have not unloaded the adapters. Endpoints that failed earlier are last. */
  function remaining({ unloaded, failures }: Session, endpoints: readonly Endpoint[]) {
    const left = endpoints.filter((endpoint) => !unloaded.has(endpointKey(endpoint)));
    const hasFailed = (endpoint: Endpoint) => failures.has(endpointKey(endpoint));
    return [...left.filter((one) => !hasFailed(one)), ...left.filter(hasFailed)];
  }

  return async (
    model: DynamoModel,
    { names, endpoints }: Unloading,
    signal: AbortSignal,
  ): Promise<Outcome> => {
    const session = sessionOf(model);
    if (session.isFinished || names.length === 0 || endpoints.length === 0) return done;
    const due = remaining(session, endpoints).map((endpoint) => ({ endpoint }));
    const isInTime = () => clock.now() < session.sinceMs + DEADLINE_MS;
    await callEndpoints(context, model, due, {
      async call({ endpoint }) {
        for (const name of names) {
          const failure = await api.unload(endpoint, name, signal);
          if (failure) return failure;
        }
        return undefined;
      },
      report({ endpoint }, failure) {
        if (failure) session.failures.set(endpointKey(endpoint), failure);
        else session.unloaded.add(endpointKey(endpoint));
      },
      isCurrent: () => isInTime() && accepts(model.metadata.namespace),
      signal,
    });
    const left = remaining(session, endpoints);
    if (left.length > 0 && isInTime()) {
      const isRunIncomplete = left.some((one) => !session.failures.has(endpointKey(one)));
      return requeueAfter(isRunIncomplete ? NEXT_RUN_MS : RETRY_MS);
    }
    session.isFinished = true;
    recorder.event(model, resultEvent(names, endpoints.length, left, session.failures));
    return done;
  };
}

function resultEvent(
  names: readonly string[],
  total: number,
  left: readonly Endpoint[],
  failures: ReadonlyMap<string, Failure>,
) {
  const action = "Unload";
  if (left.length === 0) {
    const note = `Unloaded LoRA from ${total} endpoint(s)`;
    return { type: "Normal", reason: REASONS.loraUnloaded, action, note } as const;
  }
  const notCalled: Failure = { kind: "notCalled", message: "not called before the deadline" };
  const failed = left.map((endpoint) => ({
    endpoint,
    failure: failures.get(endpointKey(endpoint)) ?? notCalled,
  }));
  const adapters = names.map((name) => `"${name}"`).join(" and ");
  const note = `Cannot unload ${adapters} from ${left.length} of ${total} endpoints within ` +
    `${DEADLINE_MS / 1_000} s, the deletion continues: ${describeFailures(failed)}`;
  return { type: "Warning", reason: REASONS.loraUnloadFailed, action, note } as const;
}
