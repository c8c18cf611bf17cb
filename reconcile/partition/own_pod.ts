import type { DdbctlDpJob } from "../../crds/kinds/partition_job.ts";
import { PARTITION } from "../../crds/partition_labels.ts";
import { jobs } from "../../kube/builtin.ts";
import { controllerOf } from "../apply/ownership.ts";
import { jobName } from "./job_name.ts";
import { type PartitionPod, uidOf } from "./pod.ts";

/**
 * Whether a pod works for an object, beyond having its label, which anybody can give to a pod anywhere: it is in the
 * object's namespace, and its controller is a Job of the object's name, be it one that is gone; or it has none, as when
 * the Job was deleted without it, and our finalizer holds it still. A whole copy of such a pod, by
 * `kubectl get -o yaml | kubectl create -f -`, is taken for one too; whoever may make it can delete the partition anyway.
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
