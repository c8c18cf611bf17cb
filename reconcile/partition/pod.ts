import type { V1ContainerStatus } from "@kubernetes/client-node";
import type { DdbctlDpJob } from "../../crds/kinds/partition_job.ts";
import { PARTITION } from "../../crds/labels.ts";
import { jobs, type Pod } from "../../kube/builtin.ts";
import type { KubeObject } from "../../kube/object.ts";
import { controllerOf } from "../apply/ownership.ts";
import { CONTAINER } from "./container.ts";
import { jobName } from "./job.ts";

/** Projection of a pod to the fields that describe the state and the result of its container. */
export interface PartitionPod extends KubeObject {
  /** State of the pod's container. A container that has ended never runs again. */
  state: "waiting" | "running" | "ended";
  ip?: string;
  startedAt?: string;
  endedAt?: string;
  exitCode?: number;
  /** Termination message of the container; if absent, the message of the pod's status, such as an eviction message. */
  terminationMessage?: string;
  /** Reason why the container cannot start. */
  startError?: string;
  /** Scheduling gates of the pod. A pod with a gate is not scheduled. */
  gates?: string[];
  /**
   * True if the container that deletes the partition has ended, but another container, such as a service mesh proxy,
   * still runs.
   */
  lingers?: true;
  /** Number of items that the operator has permitted the pod to delete; absent for a pod without a limit. */
  itemsPermitted?: number;
  /** True if the pod has ended and its container certainly never started. */
  neverStarted?: true;
  /** True if the pod was deleted before the scheduler bound it to a node. The container of such a pod never starts. */
  neverRuns?: true;
}

/** Converts a pod to a {@linkcode PartitionPod}. */
export function partitionPod({ apiVersion, kind, metadata, spec, status }: Pod): PartitionPod {
  const { name, namespace, uid, resourceVersion, creationTimestamp, deletionTimestamp } = metadata;
  const { ownerReferences, finalizers } = metadata;
  const objectName = metadata.annotations?.[PARTITION.nameAnnotation];
  const container = status?.containerStatuses?.find(({ name }) => name === CONTAINER);
  const ended = container?.state?.terminated;
  const running = container?.state?.running;
  const isTerminal = status?.phase === "Succeeded" || status?.phase === "Failed";
  const over = ended !== undefined || isTerminal;
  const gates = spec?.schedulingGates?.map(({ name }) => name);
  const isGated = gates?.includes(PARTITION.gate) === true;
  const permit = metadata.annotations?.[PARTITION.maxItemsAnnotation];
  return defined({
    apiVersion,
    kind,
    metadata: defined({
      ...{ name, namespace, uid, resourceVersion, creationTimestamp, deletionTimestamp },
      ...{ ownerReferences, finalizers },
      annotations: objectName ? { [PARTITION.nameAnnotation]: objectName } : undefined,
      labels: { [PARTITION.uidLabel]: uidOf(metadata) },
    }),
    state: over ? "ended" : running ? "running" : "waiting",
    ip: status?.podIP || undefined,
    startedAt: time(ended?.startedAt ?? running?.startedAt),
    endedAt: time(ended?.finishedAt),
    exitCode: ended?.exitCode,
    terminationMessage: over && (ended?.message ?? status?.message) || undefined,
    gates,
    startError: over || running || isGated ? undefined : podStartError(status, container),
    itemsPermitted: isGated ? 0 : permit && /^\d+$/.test(permit) ? Number(permit) : undefined,
    neverStarted: over && neverStarted(status, container, deletionTimestamp) ? true : undefined,
    // The phase alone does not prove that another container runs, because the kubelet changes the phase only after the
    // last container has ended.
    lingers: ended && !isTerminal && othersRun(status) ? true : undefined,
    // A pod that is being deleted is never bound to a node, although its phase may stay Pending.
    neverRuns: deletionTimestamp && !spec?.nodeName ? true : undefined,
  });
}

/**
 * Returns whether a container that another program added to the pod still runs, such as a service mesh proxy. Ignores
 * restartable init containers, because the kubelet stops them after the other containers have ended.
 */
function othersRun(status: Pod["status"]): boolean {
  return status?.containerStatuses?.some(({ name, state }) =>
    name !== CONTAINER && state?.running !== undefined
  ) === true;
}

/**
 * Returns whether the container of an ended pod never started, because the kubelet rejected the pod or the runtime
 * could not start the container. A disrupted or deleted pod may have run even if its status does not show that.
 */
function neverStarted(
  status: Pod["status"],
  container: V1ContainerStatus | undefined,
  deletionTimestamp: string | undefined,
): boolean {
  const { reason = "" } = container?.state?.terminated ?? {};
  if (container) return ["StartError", "ContainerCannotRun"].includes(reason);
  const isDisrupted =
    status?.conditions?.some(({ type, status }) =>
      type === "DisruptionTarget" && status === "True"
    ) === true;
  return status?.phase === "Failed" && !isDisrupted && !deletionTimestamp;
}

/** Returns an object without its undefined fields. */
function defined<T extends object>(fields: { [Name in keyof T]: T[Name] | undefined }): T {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as T;
}

/** Returns the UID of the DdbctlDpJob that a Job or a pod belongs to. */
export function uidOf({ labels }: KubeObject["metadata"]): string {
  return labels?.[PARTITION.uidLabel] ?? "";
}

/** Returns whether a pod has the operator's scheduling gate. A pod with this gate has not run yet. */
export function isGated({ gates }: PartitionPod): boolean {
  return gates?.includes(PARTITION.gate) === true;
}

/**
 * Returns whether a pod was created for an object. The label alone is not enough, because any user may set it. The pod
 * must be in the object's namespace, and its controller owner must be a Job with the name of the object's Job. This Job
 * may already be deleted. A pod without a controller owner was orphaned; it belongs to the object while it has the
 * operator's finalizer. An exact copy of a pod is accepted too: only a user who is allowed to delete the partition can
 * create such a copy.
 */
export function isOwnPod({ metadata }: DdbctlDpJob, pod: PartitionPod): boolean {
  const { namespace, finalizers = [] } = pod.metadata;
  if (namespace !== metadata.namespace || uidOf(pod.metadata) !== metadata.uid) return false;
  const owner = controllerOf(pod);
  if (!owner) return finalizers.includes(PARTITION.finalizer);
  const { apiVersion, kind } = jobs;
  return owner.apiVersion === apiVersion && owner.kind === kind &&
    owner.name === jobName(metadata.name);
}

function podStartError(
  status: Pod["status"],
  container: V1ContainerStatus | undefined,
): string | undefined {
  const waiting = container?.state?.waiting;
  if (waiting?.message) return `${waiting.reason}: ${waiting.message}`;
  const unscheduled = status?.conditions?.find(({ type, status }) =>
    type === "PodScheduled" && status === "False"
  );
  return unscheduled?.message;
}

/** Returns a time as a string. The API server sends times as strings, although the generated type says Date. */
function time(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
