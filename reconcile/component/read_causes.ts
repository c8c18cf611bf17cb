import { type CoreEvent, events, pods } from "../../kube/builtin.ts";
import type { Client } from "../../kube/client.ts";
import { isFailedRequest, isForbidden } from "../../kube/errors.ts";
import type { ListOptions } from "../../kube/list.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { Resource } from "../../kube/resource.ts";
import type { PodCreator } from "../workload/workload.ts";
import { missingPodCauses, podCauses, unexplainedPod } from "./pod_causes.ts";

const DEADLINE_MS = 5_000;
const MAX_PODS = 50;
const MAX_EVENTS = 50;

/** The expected pods of a component. Some of them might not exist yet. */
export interface MissingPods {
  creators: readonly PodCreator[];
  /** Number of pods of the component, including those that do not exist yet. */
  expected: number;
}

/**
 * Returns the reasons why pods are not ready; undefined if the requests fail. Lists the pods, the events of one pod,
 * and the events of the objects that create missing pods.
 *
 * @param progress whether to describe the progress of pods without a known problem
 */
export async function readCauses(
  client: Pick<Client, "pages">,
  scope: ListOptions,
  { progress, missing }: { progress: boolean; missing?: MissingPods | undefined },
): Promise<readonly string[] | undefined> {
  try {
    const found = await firstPage(client, pods, { ...scope, limit: MAX_PODS });
    const pod = unexplainedPod(found, progress);
    const ofPod = pod && await warnings({ kind: pods.kind, name: pod.metadata.name });
    const causes = podCauses(found, { ...(ofPod && { events: ofPod }), progress });
    if (!missing || found.length >= Math.min(missing.expected, MAX_PODS)) return causes;
    const ofCreators = await Promise.all(missing.creators.map(warnings));
    return [...causes, ...missingPodCauses(ofCreators, found)];
  } catch (error) {
    if (isForbidden(error)) {
      return [
        "the cause is unknown, because the operator lacks permission to list pods and events: grant it",
      ];
    }
    // The status describes the workload even without its pods, so a failed request must not prevent the status write.
    if (isFailedRequest(error)) return undefined;
    throw error;
  }

  function warnings({ kind, name }: PodCreator): Promise<CoreEvent[]> {
    const { namespace, signal } = scope;
    const fieldSelector = `type=Warning,regarding.kind=${kind},regarding.name=${name}`;
    return firstPage(client, events, { namespace, signal, fieldSelector, limit: MAX_EVENTS });
  }
}

/**
 * Returns the first page of a list. The deadline is short, so that a busy API server does not delay the status for
 * long.
 */
export async function firstPage<T extends KubeObject>(
  client: Pick<Client, "pages">,
  resource: Resource<T>,
  options: ListOptions,
): Promise<T[]> {
  const pages = client.pages(resource, { ...options, deadlineMs: DEADLINE_MS });
  for await (const { items } of pages) return items;
  return [];
}
