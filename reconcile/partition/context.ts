import type { DdbctlDpJob } from "../../crds/kinds/partition_job.ts";
import type { Job } from "../../kube/builtin.ts";
import type { Client } from "../../kube/client.ts";
import { ignoreNotFound } from "../../kube/errors.ts";
import type { EventRecorder } from "../../kube/events.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { Store } from "../../kube/store.ts";
import type { PartitionConfig } from "./container.ts";
import type { ReadDefinitionTime } from "./definition_time.ts";
import type { PartitionPod } from "./pod.ts";
import type { ReadPodRefusal } from "./pod_refusal.ts";
import type { ReadPodWarning } from "./pod_warning.ts";
import type { Progress } from "./progress.ts";
import type { SuspendPace } from "./suspend_pace.ts";

export interface PartitionContext {
  client: Pick<Client, "create" | "delete" | "get" | "list" | "patch">;
  objectStore: Pick<Store<DdbctlDpJob>, "write">;
  jobStore: Pick<Store<Job>, "get" | "write" | "byIndex">;
  podStore: Pick<Store<PartitionPod>, "byIndex" | "write">;
  progress: Pick<Progress, "read" | "nextReadMs">;
  recorder: Pick<EventRecorder, "event">;
  config: PartitionConfig;
  definedAt: ReadDefinitionTime;
  podRefusal: ReadPodRefusal;
  podWarning: ReadPodWarning;
  suspendPace: SuspendPace;
}

/** Dependencies and abort signal of one reconciliation. */
export interface PartitionScope extends PartitionContext {
  signal: AbortSignal;
}

/** Stores the object that the API server returns, and returns the object. Returns undefined after a 404 response. */
export async function storeResponse<T extends KubeObject>(
  store: { write(object: KubeObject): void },
  request: Promise<T>,
): Promise<T | undefined> {
  const response = await ignoreNotFound(request);
  if (response) store.write(response);
  return response;
}
