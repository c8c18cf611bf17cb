import type { DdbctlDpJob } from "../../crds/kinds/partition_job.ts";
import type { Job } from "../../kube/builtin.ts";
import { objectKey } from "../../kube/object.ts";
import type { Store } from "../../kube/store.ts";
import { inOrder, type Run } from "./attempts.ts";
import { jobName } from "./job_name.ts";
import { isOwnPod } from "./own_pod.ts";
import type { PartitionObserved } from "./plan.ts";
import type { PartitionPod } from "./pod.ts";
import type { Progress } from "./progress.ts";

export interface GatherContext {
  jobStore: Pick<Store<Job>, "get">;
  progress: Pick<Progress, "look">;
}

/**
 * What planning needs to know of an object; a running pod that is due is asked how far it is, for the next time.
 *
 * @param named every pod that names the object
 */
export function gatherPartition(
  { jobStore, progress }: GatherContext,
  object: DdbctlDpJob,
  named: readonly PartitionPod[],
  signal: AbortSignal,
): { observed: PartitionObserved; runs: Run[] } {
  const { name, namespace } = object.metadata;
  const pods = inOrder(named.filter((pod) => isOwnPod(object, pod) && !pod.neverRuns));
  const runs = pods.map((pod): Run =>
    pod.state === "running" ? { pod, progress: progress.look(pod, signal) } : { pod }
  );
  const job = jobStore.get(objectKey({ namespace, name: jobName(name) }));
  return { observed: { job, pods }, runs };
}
