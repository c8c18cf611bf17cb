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

/** What planning needs to know of an object; asks its running pod how far it is, if that is due. */
export async function gatherPartition(
  { jobStore, podStore, ended, progress }: GatherContext,
  object: DdbctlDpJob,
  signal: AbortSignal,
): Promise<{ observed: PartitionObserved; runs: Run[] }> {
  const { name, namespace, uid = "" } = object.metadata;
  const isOwn = (pod: PartitionPod) => isOwnPod(object, pod);
  const pods = inOrder(podStore.byIndex(BY_UID, uid).filter(isOwn));
  const there = new Set(pods.map(({ metadata }) => metadata.name));
  const gone = ended.of(uid).filter(isOwn).filter(({ metadata }) => !there.has(metadata.name));
  const runs = await Promise.all(
    inOrder([...gone, ...pods]).map(async (pod): Promise<Run> =>
      pod.state === "running" ? { pod, progress: await progress.look(pod, signal) } : { pod }
    ),
  );
  const job = jobStore.get(objectKey({ namespace, name: jobName(name) }));
  return { observed: { job, pods }, runs };
}
