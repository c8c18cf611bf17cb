import { createBoundedMap } from "../../kube/bounded_map.ts";
import type { Clock } from "../../kube/clock.ts";
import { type BackoffBounds, backoffMs } from "../engine/backoff.ts";
import { type Adapter, isSameAdapter } from "./adapter.ts";
import { type Endpoint, endpointKey } from "./endpoints.ts";
import type { Failure } from "./worker_api.ts";

/** State of one endpoint, according to the earlier requests of this process. */
export interface LoadState {
  /** The adapter that the endpoint has loaded. */
  loaded?: Adapter;
  /** The last failure to load the adapter. */
  failure?: Failure;
  /** Time in milliseconds until the next request may start. */
  waitMs: number;
}

/**
 * Record of the requests to the endpoints of models. A new process has an empty record, so it repeats each request
 * once. The requests are idempotent.
 */
export interface LoadRecord {
  /** Returns the state of an endpoint. Omits a failure that concerns another adapter. */
  state(modelUid: string, endpoint: Endpoint, adapter: Adapter): LoadState;
  loaded(modelUid: string, endpoint: Endpoint, adapter: Adapter): void;
  failed(modelUid: string, endpoint: Endpoint, adapter: Adapter, failure: Failure): void;
  /**
   * Drops the states of an endpoint, because its pod is not ready. A restarted container has not loaded any adapters.
   */
  notReady(endpoint: Endpoint): void;
  /** Drops the states of endpoints that no longer exist. */
  keep(modelUid: string, endpoints: readonly Endpoint[]): void;
  forget(modelUid: string): void;
}

interface Entry {
  /**
   * Number of times that the operator had observed the pod as not ready before it created the entry. If the number has
   * increased since then, the entry is invalid, because a restarted container has not loaded any adapter.
   */
  interruption: number;
  loaded?: Adapter;
  failed?: { adapter: Adapter; failure: Failure; count: number; dueMs: number };
}

const MAX_MODELS = 10_000;
const MAX_ENDPOINTS = 100_000;
const BACKOFF: BackoffBounds = { firstMs: 2_000, longestMs: 60_000 };

/** @param random returns a number in [0, 1); it spreads the retries of endpoints that failed at the same time */
export function createLoadRecord(clock: Pick<Clock, "now">, random: () => number): LoadRecord {
  const models = createBoundedMap<Map<string, Entry>>(MAX_MODELS);
  /** Number of times that the operator has observed the pod of an endpoint as not ready, keyed by endpoint. */
  const interruptions = createBoundedMap<number>(MAX_ENDPOINTS);
  const interruptionOf = (endpoint: Endpoint) => interruptions.get(endpointKey(endpoint)) ?? 0;

  function find(modelUid: string, endpoint: Endpoint): Entry | undefined {
    const entry = models.get(modelUid)?.get(endpointKey(endpoint));
    return entry?.interruption === interruptionOf(endpoint) ? entry : undefined;
  }

  /** Returns the entry of an endpoint. Creates the entry if it does not exist or is invalid. */
  function entryOf(modelUid: string, endpoint: Endpoint): Entry {
    const endpoints = models.get(modelUid) ?? new Map<string, Entry>();
    models.set(modelUid, endpoints);
    const entry = find(modelUid, endpoint) ?? { interruption: interruptionOf(endpoint) };
    endpoints.set(endpointKey(endpoint), entry);
    return entry;
  }

  return {
    state(modelUid, endpoint, adapter) {
      const { loaded, failed } = find(modelUid, endpoint) ?? {};
      const last = failed && isSameAdapter(failed.adapter, adapter) ? failed : undefined;
      return {
        ...(loaded && { loaded }),
        ...(last && { failure: last.failure }),
        waitMs: Math.max(0, (last?.dueMs ?? 0) - clock.now()),
      };
    },
    loaded(modelUid, endpoint, adapter) {
      const entry = entryOf(modelUid, endpoint);
      entry.loaded = adapter;
      delete entry.failed;
    },
    failed(modelUid, endpoint, adapter, failure) {
      const entry = entryOf(modelUid, endpoint);
      const before = entry.failed;
      const isRepeated = before !== undefined && isSameAdapter(before.adapter, adapter);
      const count = isRepeated ? before.count : 0;
      entry.failed = {
        adapter,
        // Keeps the first message of repeated failures. A later message can contain another time or number and would
        // change the status.
        failure: isRepeated && before.failure.kind === failure.kind ? before.failure : failure,
        count: count + 1,
        dueMs: clock.now() + backoffMs(count, random(), BACKOFF),
      };
      if (isSameAdapter(entry.loaded, adapter)) delete entry.loaded;
    },
    notReady: (endpoint) => interruptions.set(endpointKey(endpoint), interruptionOf(endpoint) + 1),
    keep(modelUid, endpoints) {
      const kept = new Set(endpoints.map(endpointKey));
      const entries = models.get(modelUid);
      for (const key of entries?.keys() ?? []) if (!kept.has(key)) entries?.delete(key);
    },
    forget: models.delete,
  };
}
