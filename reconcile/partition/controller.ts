import type { ControllerContext } from "../context.ts";
import { CHILDREN_SETTLE_MS as settleMs, selfKey } from "../engine/watch.ts";
import { namedObjects, objectsOfJob } from "./watch_keys.ts";
import { fetchText } from "./fetch_text.ts";
import { type PartitionContext, partitionPass } from "./partition_kind.ts";
import { createProgress } from "./progress.ts";

/** Sees every partition job through to its end, once, and says how far it is. */
export function partitionController(context: ControllerContext): void {
  const { manager, informers, clock, workers, partition: config } = context;
  const { partitionJobs, partitionPods, jobs } = informers;
  const passContext: PartitionContext = {
    client: manager.client,
    objectStore: partitionJobs.store,
    jobStore: jobs.store,
    podStore: partitionPods.store,
    progress: createProgress({ clock, fetchText }),
    recorder: manager.recorder("ddbctldpjob"),
    config,
    clock,
  };
  const { progress } = passContext;
  partitionPods.onChange(({ type, object }) => {
    if (type === "deleted") progress.forget(object);
  });
  manager.controller({
    name: "ddbctldpjob",
    workers,
    resourceType: "DdbctlDpJob",
    reconcile: (key, signal) => partitionPass(passContext, key, signal),
    watches: [
      { informer: partitionJobs, keys: selfKey, primary: true },
      { informer: jobs, keys: objectsOfJob, settleMs },
      { informer: partitionPods, keys: namedObjects, settleMs },
    ],
  });
}
