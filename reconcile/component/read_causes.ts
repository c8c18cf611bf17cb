import { events, pods } from "../../kube/builtin.ts";
import type { Client } from "../../kube/client.ts";
import { ApiError, ConnectionError, isForbidden } from "../../kube/errors.ts";
import type { ListOptions } from "../../kube/list.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { Resource } from "../../kube/resource.ts";
import { podCauses, unexplainedPod } from "./pod_causes.ts";

const DEADLINE_MS = 5_000;
const MAX_PODS = 50;
const MAX_EVENTS = 50;

/**
 * Reads pods, and the events of one of them, and returns why the pods are not ready; undefined if they could not be
 * read.
 *
 * @param progress whether to describe the progress of pods without a known problem
 */
export async function readCauses(
  client: Pick<Client, "pages">,
  scope: ListOptions,
  progress: boolean,
): Promise<readonly string[] | undefined> {
  try {
    const found = await firstPage(client, pods, { ...scope, limit: MAX_PODS });
    const pod = unexplainedPod(found);
    if (!pod) return podCauses(found, { progress });
    const fieldSelector = `type=Warning,regarding.kind=Pod,regarding.name=${pod.metadata.name}`;
    const { namespace, signal } = scope;
    const warnings = { namespace, signal, fieldSelector, limit: MAX_EVENTS };
    return podCauses(found, { events: await firstPage(client, events, warnings), progress });
  } catch (error) {
    if (isForbidden(error)) {
      return [
        "the cause is unknown, because the operator lacks permission to list pods and events: grant it",
      ];
    }
    // A failed read must not prevent the status, which describes the workload even without its pods.
    if (error instanceof ApiError || error instanceof ConnectionError) return undefined;
    throw error;
  }
}

/** Returns the first page of a list. A busy API server must not delay the status for long. */
export async function firstPage<T extends KubeObject>(
  client: Pick<Client, "pages">,
  resource: Resource<T>,
  options: ListOptions,
): Promise<T[]> {
  const pages = client.pages(resource, { ...options, deadlineMs: DEADLINE_MS });
  for await (const { items } of pages) return items;
  return [];
}
