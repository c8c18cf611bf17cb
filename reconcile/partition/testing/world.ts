import type { DdbctlDpJob, PartitionJobStatus } from "../../../crds/kinds/partition_job.ts";
import { PARTITION } from "../../../crds/partition_labels.ts";
import type { Job } from "../../../kube/builtin.ts";
import type { ListOptions } from "../../../kube/client_options.ts";
import { ApiError } from "../../../kube/errors.ts";
import { type KubeObject, objectKey, type ObjectName } from "../../../kube/object.ts";
import type { Resource } from "../../../kube/resource.ts";
import { createFakeClock } from "../../engine/testing/fake_clock.ts";
import { objectsOfJob } from "../watch_keys.ts";
import type { PartitionContext } from "../partition_kind.ts";
import type { PartitionPod } from "../pod.ts";
import { config } from "./objects.ts";

/** What a pass sees in its stores, and what the API server holds, which may be newer. */
export interface World {
  context: PartitionContext;
  /** Requests so far, `create Job orders-job` and the like, in their order. */
  readonly calls: string[];
  /** Makes the next request of that name fail. */
  fail(call: string, error: unknown): void;
  /** What the API server holds, by kind, where that is not what the stores have. */
  live: Record<string, KubeObject | undefined>;
  /** Pods that the API server holds and the store has not heard of, or not the newest of. */
  unseen: PartitionPod[];
  stored: { object: DdbctlDpJob | undefined; job: Job | undefined; pods: PartitionPod[] };
}

export function world(stored: Partial<World["stored"]> = {}): World {
  const state: World["stored"] = { object: undefined, job: undefined, pods: [], ...stored };
  const live: World["live"] = { DdbctlDpJob: state.object, Job: state.job };
  const unseen: PartitionPod[] = [];
  const calls: string[] = [];
  const failures = new Map<string, unknown>();

  function call<T>(
    verb: string,
    { kind }: Pick<KubeObject, "kind">,
    { name }: ObjectName,
    value: T,
  ) {
    const text = `${verb} ${kind} ${name}`;
    calls.push(text);
    if (!failures.has(text)) return Promise.resolve(value);
    const error = failures.get(text);
    failures.delete(text);
    return Promise.reject(error);
  }

  function stateOf({ kind }: Pick<KubeObject, "kind">, { name }: ObjectName) {
    if (kind === "Job") return state.job;
    const pod = state.pods.find(({ metadata }) => metadata.name === name);
    return pod && released(pod);
  }

  /** As they are in the API server. */
  function livePods(): PartitionPod[] {
    const newest = new Map([...state.pods, ...unseen].map((pod) => [pod.metadata.name, pod]));
    return [...newest.values()];
  }

  const context: PartitionContext = {
    client: {
      create: <T extends KubeObject>(resource: Resource<T>, object: KubeObject) =>
        call("create", resource, object.metadata, object as T),
      get: async <T extends KubeObject>(resource: Resource<T>, name: ObjectName) => {
        const found = await call("get", resource, name, live[resource.kind]);
        if (found) return found as T;
        const request = { verb: "get", method: "GET", path: name.name };
        throw new ApiError({ status: 404, reason: "NotFound", message: "not found", request });
      },
      list: async <T extends KubeObject>(resource: Resource<T>, options: ListOptions = {}) => {
        const { namespace, labelSelector } = options;
        await call("list", resource, { name: `${namespace}` }, undefined);
        const items = livePods().filter(({ metadata }) =>
          metadata.namespace === namespace &&
          labelSelector === `${PARTITION.uidLabel}=${metadata.labels?.[PARTITION.uidLabel]}`
        );
        return { items: items as KubeObject[] as T[], resourceVersion: "9" };
      },
      patch: <T extends KubeObject>(resource: Resource<T>, name: ObjectName) =>
        call("patch", resource, name, stateOf(resource, name) as unknown as T),
      patchStatus: <T extends KubeObject>(
        resource: Resource<T>,
        object: KubeObject,
        status: unknown,
      ) => call("status", resource, object.metadata, { ...object, status } as unknown as T),
      delete: async (resource, name) => void await call("delete", resource, name, undefined),
    },
    objectStore: {
      get: () => state.object,
      write: (object) => void (state.object = object as DdbctlDpJob),
    },
    jobStore: {
      get: (key) => state.job && objectKey(state.job.metadata) === key ? state.job : undefined,
      write: (job) => void (state.job = job as Job),
      byIndex: (_, key) => state.job && objectsOfJob(state.job).includes(key) ? [state.job] : [],
    },
    podStore: {
      byIndex: () => state.pods,
      write(written) {
        const others = state.pods.filter(({ metadata }) => metadata.uid !== written.metadata.uid);
        state.pods = [...others, written as PartitionPod];
      },
    },
    progress: { look: () => undefined, nextLookMs: () => 10_000, forget() {} },
    recorder: { event: (_, { reason }) => void calls.push(`event ${reason}`) },
    clock: createFakeClock(Date.UTC(2026, 0, 1)),
    config,
  };
  const fail = (text: string, error: unknown) => void failures.set(text, error);
  return { context, calls, live, unseen, stored: state, fail };
}

function released({ metadata, ...pod }: PartitionPod): PartitionPod {
  return { ...pod, metadata: { ...metadata, finalizers: [] } };
}

/** A status that tells of the end. */
export function finishedStatus(): PartitionJobStatus {
  return { observedGeneration: 1, phase: "Succeeded", tableName: "Orders" };
}
