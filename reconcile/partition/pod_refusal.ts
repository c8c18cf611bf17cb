import type { DdbctlDpJob } from "../../crds/kinds/partition_job.ts";
import type { Job } from "../../kube/builtin.ts";
import type { Client } from "../../kube/client.ts";
import type { Clock } from "../../kube/clock.ts";
import type { PartitionPod } from "./pod.ts";
import { lastEvent, listPodEvents, type PodEvent, timeOf } from "./pod_events.ts";

/**
 * Time in milliseconds that the operator gives the Job controller to create a pod. Also the interval between later
 * checks.
 */
export const REFUSAL_POLL_MS = 15_000;
/** Minimum interval between two requests for the events of one namespace, in milliseconds. */
const LIST_INTERVAL_MS = 30_000;

/** Returns whether a Job has no pod although the Job controller should create one now. */
export function lacksPod(
  { spec }: DdbctlDpJob,
  job: Job | undefined,
  pods: readonly PartitionPod[],
): boolean {
  return job !== undefined && !job.metadata.deletionTimestamp && !spec.suspend &&
    !job.spec?.suspend && !job.status?.conditions?.some(({ status }) => status === "True") &&
    pods.every(({ state }) => state === "ended");
}

/**
 * Returns the reason why the API server refuses the next pod of a Job, for example because of a quota. Returns
 * undefined if the reason is unknown, or if the Job controller may still need time to create the pod.
 *
 * @param sinceIso time since which the Job has lacked a pod; older events are about an earlier pod
 */
export type ReadPodRefusal = (
  job: Job,
  sinceIso: string,
  signal: AbortSignal,
) => Promise<string | undefined>;

/**
 * Returns a function that reads the reason why the API server refuses the pods of a Job. Only the events of the Job
 * contain this reason. The function lists the events of a namespace only while a Job lacks its pod, because a watch of
 * all events would be expensive. If the list request fails, the reconciliation continues, because the reason only
 * informs the user.
 */
export function createPodRefusalReader(
  client: Pick<Client, "list">,
  clock: Clock,
): ReadPodRefusal {
  const lists = new Map<string, { dueMs: number; events: Promise<readonly PodEvent[]> }>();

  /** Lists the events of a namespace; returns `known` if the API server does not return the events in time. */
  async function list(
    namespace: string,
    known: Promise<readonly PodEvent[]> | undefined,
    signal: AbortSignal,
  ): Promise<readonly PodEvent[]> {
    const fieldSelector = "involvedObject.kind=Job,reason=FailedCreate";
    const events = await listPodEvents({ client, clock }, { namespace, fieldSelector, signal });
    return events ?? await known ?? [];
  }

  /** Returns the events of a namespace. All Jobs in the namespace share one list request. */
  async function eventsOf(namespace: string, signal: AbortSignal) {
    const nowMs = clock.now();
    const last = lists.get(namespace);
    if (last && nowMs < last.dueMs) return await last.events;
    for (const [name, { dueMs }] of lists) if (dueMs <= nowMs) lists.delete(name);
    const events = list(namespace, last?.events, signal);
    lists.set(namespace, { dueMs: nowMs + LIST_INTERVAL_MS, events });
    return await events;
  }

  return async ({ metadata: { namespace = "", uid } }, sinceIso, signal) => {
    if (isRecent(sinceIso, clock.epochMs())) return undefined;
    const events = await eventsOf(namespace, signal);
    signal.throwIfAborted();
    return podRefusal(events.filter(({ involvedObject }) => involvedObject.uid === uid), sinceIso);
  };
}

/**
 * Returns whether a time is less than {@linkcode REFUSAL_POLL_MS} ago. Returns false for a time in the future, which is
 * possible if the clock of this machine was set back.
 */
export function isRecent(iso: string, nowMs: number): boolean {
  const ageMs = nowMs - Date.parse(iso);
  return ageMs >= 0 && ageMs < REFUSAL_POLL_MS;
}

/** Returns the message of the last event that is not older than `sinceIso`. */
export function podRefusal(events: readonly PodEvent[], sinceIso: string): string | undefined {
  const last = lastEvent(events);
  return last && Date.parse(timeOf(last)) >= Date.parse(sinceIso) ? last.message : undefined;
}
