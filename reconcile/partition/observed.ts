import type { EarlierAttempts, PartitionAttempt } from "../../crds/kinds/partition_job.ts";
import type { Job } from "../../kube/builtin.ts";
import type { PartitionPod } from "./pod.ts";
import type { PodWarning } from "./pod_warning.ts";

/** Observed state of the cluster, which determines the next step for a DdbctlDpJob. */
export interface PartitionObserved {
  /** The existing Job with the planned name; it may be foreign. */
  job: Job | undefined;
  /** Existing pods of the object, oldest first. */
  pods: readonly PartitionPod[];
  /** Attempts of the deletion, updated from the existing pods, oldest first. */
  attempts: readonly PartitionAttempt[];
  earlierAttempts?: EarlierAttempts | undefined;
  /** Why the API server refuses the next pod of the Job; absent if it does not refuse the pod. */
  podRefusal?: string | undefined;
  /** Warning about a pod that does not start. Present only if the status of the pod lacks the reason. */
  podWarning?: PodWarning | undefined;
  /** Time at which this operator's CRD was installed; absent if the time is unknown or not needed. */
  definedAt?: string | undefined;
}

/** Why the operator must wait before it can create a Job. */
export interface Wait {
  reason: string;
  message: string;
  /** Delay until the next check in milliseconds; absent if a watch event reports the end of the wait. */
  pollMs?: number;
}
