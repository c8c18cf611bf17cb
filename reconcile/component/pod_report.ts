import { createBoundedMap } from "../../kube/bounded_map.ts";
import type { Client } from "../../kube/client.ts";
import type { Clock } from "../../kube/clock.ts";
import { labelSelectorText } from "../../kube/selector.ts";
import { conditionOf, unavailableForMs } from "../dynamo/conditions.ts";
import { serviceOf } from "../dynamo/service_input.ts";
import { causesIn, isSameCauses } from "./pod_causes.ts";
import { type MissingPods, readCauses } from "./read_causes.ts";
import type { ComponentView, PodReport } from "./status.ts";

/** Delay in milliseconds before the first poll of the pods. Pods that become ready earlier cause no request. */
const FIRST_READ_MS = 5_000;
const SHORTEST_POLL_MS = 5_000;
const LONGEST_POLL_MS = 300_000;
/**
 * Time in milliseconds that a component must be unavailable before the report describes the progress of its pods.
 * Without this delay, each step of a pod's start would cause a status write.
 */
const PROGRESS_AFTER_MS = 60_000;
/** Maximum number of components that the reader remembers, to limit memory. */
const MAX_COMPONENTS = 10_000;

/** Result of the last poll of the pods of a component. */
interface LastRead {
  causes: readonly string[];
  /** Generation and replica counts of the component at the time of the poll, as text. */
  state: string;
  readMs: number;
  /** Time at which the state of the component, or a cause of its unready pods, last changed. */
  changedMs: number;
  pollMs: number;
}

/**
 * Returns a function that reads the pods of an unavailable component, and the events of one of them. The operator does
 * not watch pods and events: a cluster has many, and the operator needs them only while a component is unavailable. An
 * available component does not cause requests. Between two polls, the function returns the last causes.
 */
export function createPodReader(
  { client, clock }: {
    client: Pick<Client, "pages">;
    clock: Pick<Clock, "now" | "epochMs">;
  },
): (view: ComponentView, signal: AbortSignal) => Promise<PodReport> {
  const reads = createBoundedMap<LastRead>(MAX_COMPONENTS);
  /**
   * Time at which the operator first saw each waiting component. The time comes from the monotonic clock, because the
   * wall clock may be set back.
   */
  const firstSeen = createBoundedMap<number>(MAX_COMPONENTS);

  return async (view, signal) => {
    const { metadata: { namespace, uid = "" }, status } = view.object;
    const waiting = waitingPods(view);
    if (!waiting) {
      reads.delete(uid);
      firstSeen.delete(uid);
    }
    if (!waiting || hasOtherReason(view)) return { causes: [] };
    const { labelSelector, state, missing } = waiting;
    const nowMs = clock.now();
    const seenMs = firstSeen.get(uid) ?? nowMs;
    firstSeen.set(uid, seenMs);
    const unavailableMs = Math.max(
      unavailableForMs(status, clock.epochMs()),
      nowMs - seenMs,
    );
    const last = reads.get(uid);
    const isSameState = last?.state === state;
    const dueMs = last
      ? last.readMs + (isSameState ? last.pollMs : SHORTEST_POLL_MS)
      : nowMs - unavailableMs + FIRST_READ_MS;
    if (nowMs < dueMs) return { causes: last?.causes ?? [], pollMs: dueMs - nowMs };

    const before = last?.causes ?? causesIn(conditionOf(status, "Available")?.message);
    const progress = unavailableMs >= PROGRESS_AFTER_MS;
    const scope = { namespace, labelSelector, signal };
    const found = await readCauses(client, scope, { progress, missing }) ?? before;
    const isSame = isSameCauses(found, before);
    const causes = isSame ? before : found;
    const sinceMs = last ? last.changedMs : nowMs - unavailableMs;
    const changedMs = last && !(isSame && isSameState) ? nowMs : sinceMs;
    const pollMs = Math.min(Math.max((nowMs - changedMs) / 10, SHORTEST_POLL_MS), LONGEST_POLL_MS);
    reads.set(uid, { causes, state, readMs: nowMs, changedMs, pollMs });
    return { causes, pollMs };
  };
}

/**
 * Returns whether the status already reports another reason why the component is not available. The operator does not
 * poll the pods of such a component, because the reconciliation for each poll would repeat the failed writes.
 */
function hasOtherReason({ plan: { problems }, execution: { errors, blocked } }: ComponentView) {
  return problems.length > 0 || errors.length > 0 || blocked.length > 0;
}

/** The pods of a component that has unavailable pods. */
interface WaitingPods {
  labelSelector: string;
  /**
   * Generation and replica counts of the component as text. If the text changes, the operator must read the pods again
   * soon.
   */
  state: string;
  /** Pods that might be missing. Absent if the workload's status already explains why pods are missing. */
  missing: MissingPods | undefined;
}

/** Returns the pods of a component; undefined if all pods that its workload created are available. */
function waitingPods(
  { object, plan: { planned, workload }, observed }: ComponentView,
): WaitingPods | undefined {
  if (!workload) return undefined;
  const { resource: { kind }, podCreators } = workload;
  const unready = planned.flatMap(({ resource, manifest: { metadata } }) => {
    const live = resource.kind === kind ? observed.find(resource, metadata.name) : undefined;
    return live && workload.notReady(live) !== undefined ? [live] : [];
  });
  const [first] = unready;
  const owned = observed.owned.filter((child) => child.kind === kind);
  const counted = workload.replicas(object.metadata.name, owned);
  const available = counted?.availableReplicas ?? counted?.readyReplicas ?? 0;
  if (!first || !counted || (!podCreators && counted.replicas <= available)) return undefined;
  const service = serviceOf(object, "");
  const expected = service.nodes * (service.spec.replicas ?? 1);
  return {
    labelSelector: labelSelectorText(workload.podSelector(service)),
    state: JSON.stringify([object.metadata.generation, counted]),
    missing: podCreators && { creators: podCreators(first), expected },
  };
}
