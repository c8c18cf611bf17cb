import type { Manager } from "../engine/manager.ts";
import { addController } from "../engine/reconcile.ts";
import { partitionKinds } from "./children.ts";
import type { PartitionConfig } from "./container.ts";
import { createDefinitionTimeReader } from "./definition_time.ts";
import { partitionKind } from "./partition_kind.ts";
import { createPodRefusalReader } from "./pod_refusal.ts";
import { createPodWarningReader } from "./pod_warning.ts";
import { createProgress, fetchText } from "./progress.ts";
import { createSuspendPace } from "./suspend_pace.ts";

/** Adds the controller that runs the deletion of each DdbctlDpJob once and reports its progress in the status. */
export function partitionController(
  manager: Manager,
  { partition: config, workers }: { partition: PartitionConfig; workers: number },
): void {
  const { client, clock } = manager;
  const kinds = manager.watch(partitionKinds());
  const { own: { store }, children: { jobs, pods } } = kinds;
  const progress = createProgress(clock, fetchText);
  pods.onChange(({ type, object }) => {
    if (type === "deleted") progress.forget(object);
  });
  const recorder = manager.recorder("ddbctldpjob");
  const stores = { objectStore: store, jobStore: jobs.store, podStore: pods.store };
  const definedAt = createDefinitionTimeReader(client, clock);
  const podRefusal = createPodRefusalReader(client, clock);
  const podWarning = createPodWarningReader(client, clock);
  const suspendPace = createSuspendPace(client, clock);
  const services = { progress, recorder, definedAt, podRefusal, podWarning, suspendPace };
  const kind = partitionKind({ client, ...stores, ...services, config });
  addController(manager, kind, { kinds, workers });
}
