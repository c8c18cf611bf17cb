import type { DdbctlDpJob } from "../../crds/partition_job.ts";
import type { Job } from "../../kube/builtin.ts";
import { objectKey } from "../../kube/object.ts";
import type { Store } from "../../kube/store.ts";
import { inOrder, type Run } from "./attempts.ts";
import { BY_UID } from "./concerned.ts";
import type { EndedPods } from "./ended_pods.ts";
import { jobName } from "./job_name.ts";
import { isOwnPod } from "./own_pod.ts";
import type { PartitionObserved } from "./plan.ts";
import type { PartitionPod } from "./pod.ts";
import type { Progress } from "./progress.ts";

export interface GatherContext {
  jobStore: Pick<Store<Job>, "get">;
  podStore: Pick<Store<PartitionPod>, "byIndex">;
  ended: Pick<EndedPods, "of">;
  progress: Pick<Progress, "look">;
}

/** What planning needs to know of an object; a running pod that is due is asked how far it is, for the next time. */
export function gatherPartition(
  { jobStore, podStore, ended, progress }: GatherContext,
  object: DdbctlDpJob,
  signal: AbortSignal,
): { observed: PartitionObserved; runs: Run[] } {
  const { name, namespace, uid = "" } = object.metadata;
  const isOwn = (pod: PartitionPod) => isOwnPod(object, pod);
  const pods = inOrder(podStore.byIndex(BY_UID, uid).filter(isOwn));
  const there = new Set(pods.map(({ metadata }) => metadata.name));
  const gone = ended.of(uid).filter(isOwn).filter(({ metadata }) => !there.has(metadata.name));
  const runs = inOrder([...gone, ...pods]).map((pod): Run =>
    pod.state === "running" ? { pod, progress: progress.look(pod, signal) } : { pod }
  );
  const job = jobStore.get(objectKey({ namespace, name: jobName(name) }));
  return { observed: { job, pods }, runs };
}
