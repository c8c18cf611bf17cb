import type { GraphSpec } from "../../crds/kinds/graph.ts";
import type { RestartStatus } from "../../crds/kinds/graph_restart.ts";
import { canonicalJson } from "../../kube/json.ts";
import { sha256Hex } from "../dynamo/names.ts";

/** State of one service that determines the progress of a restart. */
export interface ServiceState {
  /** Restart id in the current pod template of the service; absent if the service was never restarted. */
  restartAt?: string | undefined;
  /** Whether all pods have the current template and are available. */
  isReady: boolean;
  /** Whether pods with the current template cannot become ready until a user changes something. */
  hasStalled: boolean;
}

/** The restart ids that the pods of a graph must have, and the progress of its last restart. */
export interface RestartPlan {
  /** Restart ids, keyed by service name, without the services that were never restarted. */
  ids: ReadonlyMap<string, string>;
  /** Progress of the last restart; absent if no restart was requested. */
  status?: RestartStatus;
}

const HASH_DIGITS = 16;

/**
 * Final phases. In these phases, the operator does not restart any service until the spec contains another restart id.
 */
const ENDED: ReadonlySet<RestartStatus["phase"]> = new Set<RestartStatus["phase"]>([
  "Completed",
  "Failed",
  "Superseded",
]);

/**
 * Plans a restart of the services of a graph. The restart id is part of the pod template, so a service restarts when
 * its template gets a new id. A service with the requested id in its template does not restart again, even if the
 * status was lost. A new operator process therefore continues an unfinished restart.
 *
 * A service keeps its id when the restart ends, and when a user removes the request. A new service gets the id
 * immediately, because its pods are new.
 *
 * @param states states of the services that exist, keyed by service name
 */
export function planRestart(
  { spec, status }: {
    spec: GraphSpec | undefined;
    status?: { restart?: RestartStatus | undefined } | undefined;
  },
  states: ReadonlyMap<string, ServiceState>,
): RestartPlan {
  const services = Object.keys(spec?.services ?? {}).sort();
  const last = status?.restart;
  const id = spec?.restart?.id;
  if (!spec || !id) {
    const ended = last && ENDED.has(last.phase) ? last : undefined;
    return { ids: kept(last?.observedID), ...(ended && { status: ended }) };
  }
  const before = last?.observedID === id ? last : undefined;
  if (before && ENDED.has(before.phase)) return { ids: kept(id), status: before };

  const hash = specHash(spec);
  if (before?.specHash !== undefined && before.specHash !== hash) {
    return { ids: kept(id), status: { observedID: id, phase: "Superseded" } };
  }
  const restarted = services.filter((service) => states.get(service)?.restartAt === id);
  const failed = restarted.filter((service) => states.get(service)?.hasStalled);
  if (failed.length > 0) {
    return { ids: kept(id), status: { observedID: id, phase: "Failed", inProgress: failed } };
  }
  const done = new Set(restarted.filter((service) => states.get(service)?.isReady));
  if (services.every((service) => done.has(service))) {
    return { ids: kept(id), status: { observedID: id, phase: "Completed" } };
  }
  const due = dueServices(spec, services, done);
  const started = services.filter((service) => restarted.includes(service) || due.has(service));
  const ids = new Map([...kept(id), ...started.map((service) => [service, id] as const)]);
  const hasBegun = before?.phase === "Restarting";
  if (!hasBegun && restarted.length === 0) {
    return { ids, status: { observedID: id, phase: "Pending" } };
  }
  const recorded = hasBegun ? before.specHash : hash;
  const inProgress = started.filter((service) => !done.has(service));
  return {
    ids,
    status: {
      observedID: id,
      phase: "Restarting",
      inProgress,
      ...(recorded !== undefined && { specHash: recorded }),
    },
  };

  /** Returns the current restart id of each service. A service that does not exist yet gets `ofNew`. */
  function kept(ofNew: string | undefined): Map<string, string> {
    return new Map(services.flatMap((service) => {
      const state = states.get(service);
      const id = state ? state.restartAt : ofNew;
      return id === undefined ? [] : [[service, id] as const];
    }));
  }
}

/**
 * Returns the services to restart now: all services, or for a sequential restart only the first service that is not in
 * `done`.
 *
 * @param done services that have restarted and are ready
 */
function dueServices(
  { restart }: GraphSpec,
  services: readonly string[],
  done: ReadonlySet<string>,
): Set<string> {
  const { type, order = [] } = restart?.strategy ?? {};
  if (type === "Parallel") return new Set(services);
  const sequence = order.length > 0 ? order : services;
  return new Set(sequence.filter((service) => !done.has(service)).slice(0, 1));
}

/** Returns a hash of the spec without the request for a restart, and without the replicas, which autoscalers change. */
function specHash({ restart: _restart, services = {}, ...spec }: GraphSpec): string {
  const unscaled = Object.entries(services)
    .map(([name, { replicas: _replicas, ...service }]) => [name, service]);
  return sha256Hex(canonicalJson({ ...spec, services: Object.fromEntries(unscaled) }), HASH_DIGITS);
}
