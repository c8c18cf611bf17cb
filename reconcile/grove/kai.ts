import { ANNOTATIONS } from "../../crds/labels.ts";
import type { CliqueTemplate } from "../../kube/optional_kinds.ts";

/** Name of the KAI scheduler in `schedulerName`. */
export const KAI_SCHEDULER = "kai-scheduler";
/** Label of a pod. Its value is the name of the pod's queue. */
export const KAI_QUEUE_LABEL = "kai.scheduler/queue";
const DEFAULT_QUEUE = "dynamo";

/** State of the KAI scheduler in the cluster. */
export interface KaiObserved {
  /** Whether the API server serves the resource `queues` of the KAI scheduler. */
  served: boolean;
  /** Returns whether a queue exists. Absent if the operator is namespace-scoped, because queues are cluster-scoped. */
  hasQueue?(name: string): boolean;
}

/** Returns the name of a graph's queue: the value of the graph's annotation, or the default queue. */
export function kaiQueueOf(graphAnnotations: Record<string, string> = {}): string {
  return graphAnnotations[ANNOTATIONS.kaiSchedulerQueue]?.trim() || DEFAULT_QUEUE;
}

/** Returns whether a clique runs in a queue of the KAI scheduler. */
export function isQueued({ labels, spec: { podSpec } }: CliqueTemplate): boolean {
  return podSpec.schedulerName === KAI_SCHEDULER && labels?.[KAI_QUEUE_LABEL] !== undefined;
}

/**
 * Returns a copy of the clique that uses the KAI scheduler and this queue. If the user chose another scheduler, returns
 * the clique unchanged.
 */
export function queued(clique: CliqueTemplate, queue: string): CliqueTemplate {
  const { podSpec } = clique.spec;
  if ((podSpec.schedulerName || KAI_SCHEDULER) !== KAI_SCHEDULER) return clique;
  return {
    ...clique,
    labels: { ...clique.labels, [KAI_QUEUE_LABEL]: queue },
    spec: { ...clique.spec, podSpec: { ...podSpec, schedulerName: KAI_SCHEDULER } },
  };
}
