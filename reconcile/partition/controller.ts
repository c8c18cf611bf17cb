import type { ControllerContext } from "../context.ts";
import { CHILDREN_SETTLE_MS as settleMs, selfKey } from "../engine/watch.ts";
import { BY_UID, objectsOfJob, objectsOfPod } from "./concerned.ts";
import { rememberEndedPods } from "./ended_pods.ts";
import { fetchText } from "./fetch_text.ts";
import { type PartitionContext, partitionPass } from "./pass.ts";
import { createProgress } from "./progress.ts";
import { isFinished } from "./verdict.ts";

/** Sees every partition job through to its end, once, and says how far it is. */
export function partitionController(context: ControllerContext): void {
  const { manager, informers, clock, workers, observer, partition: config } = context;
  const { partitionJobs, partitionPods, jobs } = informers;
  const isOpen = (uid: string) =>
    partitionJobs.store.byIndex(BY_UID, uid).some((object) => !isFinished(object));
  const passContext: PartitionContext = {
    client: manager.client,
    objectStore: partitionJobs.store,
    jobStore: jobs.store,
    podStore: partitionPods.store,
    progress: createProgress({ clock, fetchText }),
    ended: rememberEndedPods(partitionPods, isOpen),
    recorder: manager.recorder("ddbctldpjob"),
    config,
    clock,
  };
  const { progress, ended } = passContext;
  partitionPods.onChange(({ type, object }) => {
    if (type === "deleted") progress.forget(object);
  });
  // In a process that stands by too, which hears of everything and works on nothing.
  partitionJobs.onChange(({ type, object }) => {
    if (type !== "deleted" && !isFinished(object)) return;
    const { uid = "" } = object.metadata;
    ended.forget(uid, () => true);
  });
  manager.controller({
    name: "ddbctldpjob",
    workers,
    observer: observer("DdbctlDpJob"),
    reconcile: (key, signal) => partitionPass(passContext, key, signal),
    watches: [
      { informer: partitionJobs, keys: selfKey, primary: true },
      { informer: jobs, keys: objectsOfJob, settleMs },
      { informer: partitionPods, keys: objectsOfPod(partitionJobs.store), settleMs },
    ],
  });
}
