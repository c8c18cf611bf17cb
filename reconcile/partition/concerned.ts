import { ddbctlDpJobNames } from "../../crds/names.ts";
import type { DdbctlDpJob } from "../../crds/partition_job.ts";
import { PARTITION } from "../../crds/partition_labels.ts";
import type { Job } from "../../kube/builtin.ts";
import { objectKey } from "../../kube/object.ts";
import { controllerKey } from "../engine/watch.ts";
import { type PartitionPod, uidOf } from "./pod.ts";

/** Index of partition jobs by UID, and of their pods by the UID of the object they work for. */
export const BY_UID = "uid";
/** Index of Jobs by the key of the object that they were made for. */
export const BY_OBJECT = "object";

export const partitionJobIndexes = {
  [BY_UID]: ({ metadata: { uid = "" } }: DdbctlDpJob) => [uid],
};
export const partitionPodIndexes = {
  [BY_UID]: ({ metadata }: PartitionPod) => [uidOf(metadata)],
};
export const jobIndexes = { [BY_OBJECT]: objectsOfJob };

const byOwner = controllerKey(ddbctlDpJobNames);

/** The key of the object that a Job was made for; a Job that was orphaned still names it. */
export function objectsOfJob(job: Job): string[] {
  const owners = byOwner(job);
  const { namespace, annotations } = job.metadata;
  const name = annotations?.[PARTITION.nameAnnotation];
  return owners.length > 0 || !name ? owners : [objectKey({ namespace, name })];
}

/** The key of the object that a pod works for. */
export function objectsOfPod(
  objects: { byIndex(index: string, value: string): DdbctlDpJob[] },
): (pod: PartitionPod) => string[] {
  return ({ metadata }) =>
    objects.byIndex(BY_UID, uidOf(metadata)).map((object) => objectKey(object.metadata));
}
