import type { DdbctlDpJob, PartitionJobStatus } from "../../../crds/kinds/partition_job.ts";
import type { Job } from "../../../kube/builtin.ts";
import type { Client } from "../../../kube/client.ts";
import type { ListOptions } from "../../../kube/list.ts";
import { ApiError } from "../../../kube/errors.ts";
import { type KubeObject, objectKey, type ObjectName } from "../../../kube/object.ts";
import type { Resource } from "../../../kube/resource.ts";
import type { Store } from "../../../kube/store.ts";
import { objectsOfJob } from "../children.ts";
import type { PartitionContext } from "../context.ts";
import type { PartitionPod } from "../pod.ts";
import { createSuspendPace } from "../suspend_pace.ts";
import { config } from "./objects.ts";

/**
 * Time at which the CRD was installed in the fake cluster. It is earlier than the creation time of `partitionJob()`.
 */
const DEFINED_AT = "2025-12-01T00:00:00Z";

/** Fake stores for one DdbctlDpJob, and the state of a fake API server, which may be newer than the stores. */
export interface FakeCluster {
  context: PartitionContext & {
    client: Pick<Client, "patchStatus">;
    objectStore: Pick<Store<DdbctlDpJob>, "get">;
  };
  /** Requests and events in the order of their arrival, such as `create Job orders-job`. */
  readonly calls: string[];
  /** Makes the next request that matches `call` fail with the error. `call` has the format of the items in `calls`. */
  fail(call: string, error: unknown): void;
  /** Objects that the API server returns, keyed by kind. They may differ from the stores. */
  live: Record<string, KubeObject | undefined>;
  /** Pods in the API server that the watch has not delivered to the store. */
  unseen: PartitionPod[];
  stored: { object: DdbctlDpJob | undefined; job: Job | undefined; pods: PartitionPod[] };
}

export function fakeCluster(stored: Partial<FakeCluster["stored"]> = {}): FakeCluster {
  const state: FakeCluster["stored"] = { object: undefined, job: undefined, pods: [], ...stored };
  const live: FakeCluster["live"] = { DdbctlDpJob: state.object, Job: state.job };
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

  function livePods(): PartitionPod[] {
    const newest = new Map([...state.pods, ...unseen].map((pod) => [pod.metadata.name, pod]));
    return [...newest.values()];
  }

  const client: FakeCluster["context"]["client"] = {
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
      const items = resource.kind !== "Pod"
        ? []
        : livePods().filter(({ metadata }) =>
          metadata.namespace === namespace &&
          labelSelector === "batch.kubernetes.io/job-name=orders-job"
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
  };

  const context: FakeCluster["context"] = {
    client,
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
    progress: { read: () => undefined, nextReadMs: () => 10_000 },
    recorder: { event: (_, { reason }) => void calls.push(`event ${reason}`) },
    config,
    definedAt: () => Promise.resolve(DEFINED_AT),
    podRefusal: () => Promise.resolve(undefined),
    podWarning: () => Promise.resolve(undefined),
    suspendPace: createSuspendPace(client, { now: () => 0 }),
  };
  const fail = (text: string, error: unknown) => void failures.set(text, error);
  return { context, calls, live, unseen, stored: state, fail };
}

function released({ metadata, ...pod }: PartitionPod): PartitionPod {
  return { ...pod, metadata: { ...metadata, finalizers: [] } };
}

export function finishedStatus(): PartitionJobStatus {
  return { observedGeneration: 1, phase: "Succeeded", tableName: "Orders" };
}
