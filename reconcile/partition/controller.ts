import type { Manager } from "../engine/manager.ts";
import { partitionKinds } from "./children.ts";
import type { PartitionConfig } from "./config.ts";
import { fetchText } from "./fetch_text.ts";
import { type PartitionContext, partitionPass } from "./partition_kind.ts";
import { createProgress } from "./progress.ts";

/** Adds the controller that runs each partition job to its end once and reports the progress in the status. */
export function partitionController(
  manager: Manager,
  { partition: config, workers }: { partition: PartitionConfig; workers: number },
): void {
  const { client, clock } = manager;
  const kinds = manager.watch(partitionKinds());
  const { jobs, pods } = kinds.children;
  const passContext: PartitionContext = {
    client,
    objectStore: kinds.own.store,
    jobStore: jobs.store,
    podStore: pods.store,
    progress: createProgress({ clock, fetchText }),
    recorder: manager.recorder("ddbctldpjob"),
    config,
    clock,
  };
  const { progress } = passContext;
  pods.onChange(({ type, object }) => {
    if (type === "deleted") progress.forget(object);
  });
  manager.controller({
    name: "ddbctldpjob",
    workers,
    resourceType: "DdbctlDpJob",
    kinds,
    reconcile: (key, signal) => partitionPass(passContext, key, signal),
  });
}
