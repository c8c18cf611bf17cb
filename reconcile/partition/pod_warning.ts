import type { Client } from "../../kube/client.ts";
import type { Clock } from "../../kube/clock.ts";
import { createPacedAttempts } from "../engine/paced_attempts.ts";
import { isGated, type PartitionPod } from "./pod.ts";
import { lastEvent, listPodEvents } from "./pod_events.ts";
import { isRecent, REFUSAL_POLL_MS } from "./pod_refusal.ts";

/** The last warning about a pod that does not start. */
export interface PodWarning {
  /** Reason and message of the last warning event; absent without such an event. */
  message?: string;
  /** Delay until the operator reads the events of the pod again, in milliseconds. */
  pollMs: number;
}

/**
 * Returns the last warning about a pod that does not start, if the pod's status does not contain the reason. Otherwise,
 * returns undefined.
 */
export type ReadPodWarning = (
  pods: readonly PartitionPod[],
  signal: AbortSignal,
) => Promise<PodWarning | undefined>;

/**
 * Returns a function that reads why a pod does not start, if the status of the pod lacks the reason. For example, only
 * an event reports that a volume cannot be mounted. If the list request fails, the reconciliation continues, because
 * the reason only informs the user. The intervals between the reads increase.
 */
export function createPodWarningReader(client: Pick<Client, "list">, clock: Clock): ReadPodWarning {
  const reads = createPacedAttempts<string | undefined>(clock);

  async function read({ metadata }: PartitionPod, signal: AbortSignal) {
    const { name, namespace, uid } = metadata;
    const fieldSelector = `involvedObject.kind=Pod,involvedObject.name=${name},type=Warning`;
    const events = await listPodEvents({ client, clock }, { namespace, fieldSelector, signal });
    if (!events) return reads.last(uid ?? "")?.result;
    // Ignores warnings of the scheduler, because the status of the pod already contains the current one.
    const event = lastEvent(
      events.filter(({ involvedObject, reason }) =>
        involvedObject.uid === uid && reason !== "FailedScheduling"
      ),
    );
    return event && `${event.reason}: ${event.message}`;
  }

  return async (pods, signal) => {
    const pod = pods.find(waitsSilently);
    if (!pod) return undefined;
    const { uid = "", creationTimestamp = "" } = pod.metadata;
    if (isRecent(creationTimestamp, clock.epochMs())) return { pollMs: REFUSAL_POLL_MS };
    const last = reads.last(uid);
    if (last && last.waitMs > 0) return warning(last.result, last.waitMs);
    const message = await read(pod, signal);
    signal.throwIfAborted();
    return warning(message, reads.repeat(uid, message));
  };
}

function warning(message: string | undefined, pollMs: number): PodWarning {
  return { ...(message !== undefined && { message }), pollMs };
}

/** Returns whether a pod should start but has not, and its status does not report the reason. */
function waitsSilently(pod: PartitionPod): boolean {
  return pod.state === "waiting" && pod.startError === undefined && !isGated(pod) &&
    !pod.metadata.deletionTimestamp;
}
