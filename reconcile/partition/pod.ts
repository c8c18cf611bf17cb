import type { V1ContainerStatus } from "@kubernetes/client-node";
import { PARTITION } from "../../crds/partition_labels.ts";
import type { Pod } from "../../kube/builtin.ts";
import type { KubeObject } from "../../kube/object.ts";
import { CONTAINER } from "./container.ts";

/** What is kept of a pod of a partition job. */
export interface PartitionPod extends KubeObject {
  /** Whether its container is yet to start, runs, or will never run again. */
  state: "waiting" | "running" | "ended";
  ip?: string;
  /** When its container started. */
  startedAt?: string;
  endedAt?: string;
  exitCode?: number;
  /** What its container left behind, or what the cluster says of its end. */
  lastWords?: string;
  /** What keeps it from running. */
  trouble?: string;
  /** Deleted before it was given to a node: its container will never start. */
  neverRuns?: true;
}

/** Keeps of a pod what tells how its run goes. */
export function partitionPod({ apiVersion, kind, metadata, spec, status }: Pod): PartitionPod {
  const { name, namespace, uid, resourceVersion, creationTimestamp, deletionTimestamp } = metadata;
  const { ownerReferences, finalizers } = metadata;
  const objectName = metadata.annotations?.[PARTITION.nameAnnotation];
  const own = status?.containerStatuses?.find((container) => container.name === CONTAINER);
  const ended = own?.state?.terminated;
  const running = own?.state?.running;
  const over = ended !== undefined || status?.phase === "Succeeded" || status?.phase === "Failed";
  const startedAt = time(ended?.startedAt ?? running?.startedAt);
  const endedAt = time(ended?.finishedAt);
  const lastWords = ended?.message ?? status?.message;
  const trouble = over || running ? undefined : whyWaiting(status, own);
  return {
    apiVersion,
    kind,
    metadata: {
      name,
      ...(namespace && { namespace }),
      ...(uid && { uid }),
      ...(resourceVersion && { resourceVersion }),
      ...(creationTimestamp && { creationTimestamp }),
      ...(deletionTimestamp && { deletionTimestamp }),
      ...(ownerReferences && { ownerReferences }),
      ...(finalizers && { finalizers }),
      ...(objectName && { annotations: { [PARTITION.nameAnnotation]: objectName } }),
      labels: { [PARTITION.uidLabel]: uidOf(metadata) },
    },
    state: over ? "ended" : running ? "running" : "waiting",
    ...(status?.podIP && { ip: status.podIP }),
    ...(startedAt && { startedAt }),
    ...(endedAt && { endedAt }),
    ...(ended && { exitCode: ended.exitCode }),
    ...(over && lastWords && { lastWords }),
    ...(trouble && { trouble }),
    // No such pod is placed any more, and not soon does the cluster say that it has ended.
    ...(deletionTimestamp && !spec?.nodeName && { neverRuns: true }),
  };
}

/** UID of the DdbctlDpJob that a Job or a pod belongs to. */
export function uidOf({ labels }: KubeObject["metadata"]): string {
  return labels?.[PARTITION.uidLabel] ?? "";
}

function whyWaiting(
  status: Pod["status"],
  container: V1ContainerStatus | undefined,
): string | undefined {
  const waiting = container?.state?.waiting;
  if (waiting?.message) return `${waiting.reason}: ${waiting.message}`;
  const unplaced = status?.conditions?.find(({ type, status }) =>
    type === "PodScheduled" && status === "False"
  );
  return unplaced?.message;
}

/** Times are strings in JSON, whatever the generated type says. */
function time(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
