import type { CoreV1Event } from "@kubernetes/client-node";
import type { Client } from "../../kube/client.ts";
import type { Clock } from "../../kube/clock.ts";
import { startDeadline } from "../../kube/deadline.ts";
import type { Typed } from "../../kube/object.ts";
import { type Resource, resource } from "../../kube/resource.ts";

/** An Event of the core group. A field selector can limit a list of these events to one Job or pod. */
export type PodEvent = Typed<CoreV1Event>;

/** The resource of Events in the core group. */
const podEvents: Resource<PodEvent> = resource<PodEvent>({
  group: "",
  version: "v1",
  kind: "Event",
  plural: "events",
  namespaced: true,
});

/** Timeout of a request that lists events, in milliseconds. */
const LIST_TIMEOUT_MS = 3_000;

/**
 * Returns the selected events of a namespace. Returns undefined if the list request fails. Such a failure is not an
 * error, because events only inform the user.
 */
export async function listPodEvents(
  { client, clock }: { client: Pick<Client, "list">; clock: Clock },
  { namespace, fieldSelector, signal }: {
    namespace: string | undefined;
    fieldSelector: string;
    signal: AbortSignal;
  },
): Promise<readonly PodEvent[] | undefined> {
  using deadline = startDeadline(clock, LIST_TIMEOUT_MS, signal);
  try {
    const options = { namespace, fieldSelector, signal: deadline.signal };
    return (await client.list(podEvents, options)).items;
  } catch {
    return undefined;
  }
}

/** Returns the last event; undefined if the list is empty. */
export function lastEvent(events: readonly PodEvent[]): PodEvent | undefined {
  const [last] = [...events].sort((a, b) => timeOf(a) > timeOf(b) ? -1 : 1);
  return last;
}

/** Returns the time of the last occurrence of an event; "" if the event contains no time. */
export function timeOf({ lastTimestamp, eventTime, metadata }: PodEvent): string {
  return String(lastTimestamp ?? eventTime ?? metadata.creationTimestamp ?? "");
}
