import type { CoreV1Event } from "@kubernetes/client-node";
import type { DdbctlDpJob } from "../../crds/kinds/partition_job.ts";
import type { Job } from "../../kube/builtin.ts";
import type { Client } from "../../kube/client.ts";
import { isForbidden } from "../../kube/errors.ts";
import type { Typed } from "../../kube/object.ts";
import { resource } from "../../kube/resource.ts";
import type { PartitionPod } from "./pod.ts";

/** An Event of the core group, in which the API server can select the events of one object. */
export type JobEvent = Typed<CoreV1Event>;

const jobEvents = resource<JobEvent>({
  group: "",
  version: "v1",
  kind: "Event",
  plural: "events",
  namespaced: true,
});

/** Interval between two reads of the events of a Job without a pod. */
export const REFUSAL_POLL_MS = 5_000;

/** Returns whether the Job controller should create a pod of the Job now, but no pod exists yet. */
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
 * Returns why the API server refuses the next pod of a Job, such as a quota; undefined if it does not. Only the events
 * of the Job contain the reason. The operator reads them while the Job lacks a pod, because a watch of all events is
 * expensive.
 *
 * @param sinceIso time before which events concern an earlier pod
 */
export async function readPodRefusal(
  client: Pick<Client, "list">,
  { metadata: { namespace, uid } }: Job,
  sinceIso: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const fieldSelector = `involvedObject.uid=${uid},reason=FailedCreate`;
  try {
    const { items } = await client.list(jobEvents, { namespace, fieldSelector, signal });
    return podRefusal(items, sinceIso);
  } catch (error) {
    if (isForbidden(error)) return undefined;
    throw error;
  }
}

/** Returns the message of the last event that is not older than `sinceIso`. */
export function podRefusal(events: readonly JobEvent[], sinceIso: string): string | undefined {
  const timeOf = ({ lastTimestamp, eventTime, metadata }: JobEvent) =>
    String(lastTimestamp ?? eventTime ?? metadata.creationTimestamp ?? "");
  const [last] = [...events].sort((a, b) => timeOf(a) > timeOf(b) ? -1 : 1);
  return last && Date.parse(timeOf(last)) >= Date.parse(sinceIso) ? last.message : undefined;
}
