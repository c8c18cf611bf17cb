import { events, pods } from "../../kube/builtin.ts";
import type { Client } from "../../kube/client.ts";
import type { Clock } from "../../kube/clock.ts";
import { ApiError, ConnectionError, isForbidden } from "../../kube/errors.ts";
import type { ListOptions } from "../../kube/list.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { Resource } from "../../kube/resource.ts";
import { conditionOf } from "../dynamo/conditions.ts";
import { serviceOf } from "../dynamo/service_input.ts";
import { podCauses, unexplainedPod } from "./pod_causes.ts";
import type { ComponentView, PodReport } from "./status.ts";

/** Delay in milliseconds before the first read. Pods that become ready earlier cause no read. */
const FIRST_READ_MS = 5_000;
const SHORTEST_POLL_MS = 5_000;
const LONGEST_POLL_MS = 30_000;
/** The time of a condition is in whole seconds, so a component may seem to be unavailable for less time. */
const TIME_UNIT_MS = 1_000;
const MAX_PODS = 50;
const MAX_EVENTS = 50;

/**
 * Returns a function that reads the pods of an unavailable component, and the events of one of them. The operator
 * watches neither pods nor events, because a cluster has many of them and they matter only while a component starts. An
 * available component causes no request.
 */
export function createPodReader(
  { client, clock }: { client: Pick<Client, "pages">; clock: Pick<Clock, "epochMs"> },
): (view: ComponentView, signal: AbortSignal) => Promise<PodReport> {
  return async (view, signal) => {
    const selector = waitingPods(view);
    if (!selector) return { causes: [] };
    const unavailableMs = unavailableFor(view, clock.epochMs());
    if (unavailableMs < FIRST_READ_MS - TIME_UNIT_MS) {
      return { causes: [], pollMs: FIRST_READ_MS - unavailableMs };
    }
    const pollMs = Math.min(Math.max(unavailableMs / 10, SHORTEST_POLL_MS), LONGEST_POLL_MS);
    const { namespace } = view.object.metadata;
    return { causes: await readCauses({ namespace, labelSelector: selector, signal }), pollMs };
  };

  async function readCauses(scope: ListOptions): Promise<readonly string[]> {
    try {
      const found = await firstPage(pods, { ...scope, limit: MAX_PODS });
      const pod = unexplainedPod(found);
      if (!pod) return podCauses(found);
      const fieldSelector = `type=Warning,regarding.kind=Pod,regarding.name=${pod.metadata.name}`;
      const { namespace, signal } = scope;
      const warnings = { namespace, signal, fieldSelector, limit: MAX_EVENTS };
      return podCauses(found, await firstPage(events, warnings));
    } catch (error) {
      if (isForbidden(error)) {
        return [
          "the cause is unknown, because the operator lacks permission to list pods and events: grant it",
        ];
      }
      // A failed read must not prevent the status, which describes the workload even without its pods.
      if (error instanceof ApiError || error instanceof ConnectionError) return [];
      throw error;
    }
  }

  async function firstPage<T extends KubeObject>(
    resource: Resource<T>,
    options: ListOptions,
  ): Promise<T[]> {
    for await (const { items } of client.pages(resource, options)) return items;
    return [];
  }
}

/**
 * Returns the label selector of the component's pods; undefined if all pods that its workload created are available.
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
  return Object.entries(labels).map((pair) => pair.join("=")).join(",");
}

/** Returns for how many milliseconds the stored status has reported the component as not available. */
function unavailableFor({ object: { status } }: ComponentView, nowMs: number): number {
  const available = conditionOf(status, "Available");
  if (available?.status !== "False") return 0;
  // An administrator may have set the clock back since the transition.
  return Math.max(0, nowMs - Date.parse(available.lastTransitionTime));
}
