import type { DdbctlDpJob } from "../../crds/partition_job.ts";
import { jobs } from "../../kube/builtin.ts";
import { controllerOf } from "../engine/claim.ts";
import { jobName } from "./job_name.ts";
import type { PartitionPod } from "./pod.ts";

/**
 * Whether a pod works for an object, beyond having its label, which anybody can give to a pod: its controller is a Job of
 * the object's name, be it one that is gone; or it has none, as when the Job was deleted without it, and was seen at work
 * before.
 */
export function isOwnPod({ metadata, status }: DdbctlDpJob, pod: PartitionPod): boolean {
  const owner = controllerOf(pod);
  if (!owner) {
    return status?.attempts?.some((attempt) =>
      attempt.pod === pod.metadata.name && attempt.endedAt === undefined
    ) === true;
  }
  const { apiVersion, kind } = jobs;
  return owner.apiVersion === apiVersion && owner.kind === kind &&
    owner.name === jobName(metadata.name);
}
