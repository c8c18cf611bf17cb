import type { Client } from "../../kube/client.ts";
import type { Clock } from "../../kube/clock.ts";
import { conditionOf, unavailableForMs } from "../dynamo/conditions.ts";
import { serviceOf } from "../dynamo/service_input.ts";
import { causesIn, isSameCauses } from "./pod_causes.ts";
import { readCauses } from "./read_causes.ts";
import type { ComponentView, PodReport } from "./status.ts";

/** Delay in milliseconds before the first read. Pods that become ready earlier cause no read. */
const FIRST_READ_MS = 5_000;
const SHORTEST_POLL_MS = 5_000;
const LONGEST_POLL_MS = 300_000;
/** Time in milliseconds after which the report describes progress. Before, each step would cause a status write. */
const PROGRESS_AFTER_MS = 60_000;
/** Maximum number of components in the record, which bounds its memory. */
const MAX_COMPONENTS = 10_000;

/** The last read of the pods of a component. */
interface LastRead {
  causes: readonly string[];
  /** Generation and replicas of the component at the time of the read. */
  state: string;
  readMs: number;
  /** Time at which the state or the causes last changed. */
  changedMs: number;
  pollMs: number;
}

/**
 * Returns a function that reads the pods of an unavailable component, and the events of one of them. The operator
 * watches neither pods nor events, because a cluster has many of them and they matter only while a component starts. An
 * available component causes no request. Between two polls, the function returns the last causes.
 */
export function createPodReader(
  { client, clock }: {
    client: Pick<Client, "pages">;
    clock: Pick<Clock, "now" | "epochMs">;
  },
): (view: ComponentView, signal: AbortSignal) => Promise<PodReport> {
  const reads = new Map<string, LastRead>();

  return async (view, signal) => {
    const { metadata: { namespace, uid = "" }, status } = view.object;
    const waiting = waitingPods(view);
    if (!waiting) reads.delete(uid);
    if (!waiting || hasOtherReason(view)) return { causes: [] };
    const { labelSelector, state } = waiting;
    const nowMs = clock.now();
    const unavailableMs = unavailableForMs(status, clock.epochMs());
    const last = reads.get(uid);
    const isSameState = last?.state === state;
    const dueMs = last
      ? last.readMs + (isSameState ? last.pollMs : SHORTEST_POLL_MS)
      : nowMs - unavailableMs + FIRST_READ_MS;
    if (nowMs < dueMs) return { causes: last?.causes ?? [], pollMs: dueMs - nowMs };

    const before = last?.causes ?? causesIn(conditionOf(status, "Available")?.message);
    const progress = unavailableMs >= PROGRESS_AFTER_MS;
    const found = await readCauses(client, { namespace, labelSelector, signal }, progress) ??
      before;
    const isSame = isSameCauses(found, before);
    const causes = isSame ? before : found;
    const sinceMs = last ? last.changedMs : nowMs - unavailableMs;
    const changedMs = last && !(isSame && isSameState) ? nowMs : sinceMs;
    const pollMs = Math.min(Math.max((nowMs - changedMs) / 10, SHORTEST_POLL_MS), LONGEST_POLL_MS);
    remember(uid, { causes, state, readMs: nowMs, changedMs, pollMs });
    return { causes, pollMs };
  };

  function remember(uid: string, read: LastRead) {
    reads.delete(uid);
    reads.set(uid, read);
    const [oldest] = reads.keys();
    if (reads.size > MAX_COMPONENTS && oldest !== undefined) reads.delete(oldest);
  }
}

/**
 * Returns whether the status already names another reason why the component is not available. Polling the pods would
 * then only repeat the failed writes.
 */
function hasOtherReason({ plan: { problems }, execution: { errors, blocked } }: ComponentView) {
  return problems.length > 0 || errors.length > 0 || blocked.length > 0;
}

/**
 * Returns the label selector of the component's pods, and a text that changes with its generation and replicas;
 * undefined if all pods that its workload created are available.
 */
function waitingPods({ object, plan: { planned, workload }, observed }: ComponentView) {
  if (!workload) return undefined;
  const { resource: { kind } } = workload;
  const isNotReady = planned.some(({ resource, manifest: { metadata } }) => {
    const live = resource.kind === kind ? observed.find(resource, metadata.name) : undefined;
    return live && workload.notReady(live) !== undefined;
  });
  const owned = observed.owned.filter((child) => child.kind === kind);
  const counted = workload.replicas(object.metadata.name, owned);
  const available = counted?.availableReplicas ?? counted?.readyReplicas ?? 0;
  if (!isNotReady || !counted || counted.replicas <= available) return undefined;
  const labels = workload.podSelector(serviceOf(object, ""));
  return {
    labelSelector: Object.entries(labels).map((pair) => pair.join("=")).join(","),
    state: JSON.stringify([object.metadata.generation, counted]),
  };
}
