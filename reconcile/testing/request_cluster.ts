import { createObjectSet } from "../../commands/render/object_set.ts";
import type { DynamoGraphDeploymentRequest } from "../../crds/kinds/request.ts";
import { clusterRoles, jobs } from "../../kube/builtin.ts";
import type { Client } from "../../kube/client.ts";
import { ApiError } from "../../kube/errors.ts";
import { type KubeObject, objectKey, type ObjectName } from "../../kube/object.ts";
import type { Resource } from "../../kube/resource.ts";
import { WriteHeldBack } from "../../kube/write_gate.ts";
import { createExecutor } from "../apply/execute.ts";
import { storedKinds } from "../apply/stored_kinds.ts";
import { graphs, requests } from "../dynamo/resources.ts";
import type { Outcome } from "../engine/outcome.ts";
import { reconcileObject } from "../engine/reconcile.ts";
import { createFakeClock } from "../engine/testing/fake_clock.ts";
import { watchKinds } from "../engine/watched_kinds.ts";
import { platformConfig } from "./platform_config.ts";
import { requestKinds } from "../request/children.ts";
import { gatherRequest } from "../request/gather.ts";
import { jobName } from "../request/names.ts";
import { requestKind } from "../request/request_kind.ts";
import { NOW } from "../request/testing/objects.ts";

export const ROLE = "dynamo-profiling";
const MAX_RECONCILIATIONS = 20;

type Any = KubeObject & { status?: unknown };

/**
 * A cluster in memory that contains one DynamoGraphDeploymentRequest. Each reconciliation starts with new stores, as
 * after a restart of the operator.
 */
export interface MemoryCluster {
  /** Stores an object as if another client had written it. */
  put(object: KubeObject): Any;
  remove(kind: string, name: string, namespace?: string): void;
  find<T extends KubeObject>(
    resource: Resource<T>,
    name: string,
    namespace?: string,
  ): T | undefined;
  /** Sets the status of the request's Job. */
  setJob(status: unknown): void;
  request(): DynamoGraphDeploymentRequest;
  reconcile(): Promise<Outcome | { outcome: "error"; error: unknown }>;
  /** Reconciles the request until a reconciliation writes nothing. Returns the request. */
  settle(): Promise<DynamoGraphDeploymentRequest>;
  /** Whether the profiling pods may create graphs in other namespaces. */
  allowsGraphs: boolean;
  /** Namespaces that another operator manages. */
  readonly otherOperators: Set<string>;
  /** Writes such as `create Job profile-sla` and events such as `event SpecGenerated`. */
  readonly calls: string[];
  /** Makes API requests that match `call` fail with this status code. */
  fail(
    call: string,
    status: number,
    reason: string,
    causes?: { field: string; message: string }[],
  ): void;
  recover(): void;
}

/** Creates a cluster that contains the request, the ClusterRole of profiling Jobs, and `others`. */
export function memoryCluster(
  request: DynamoGraphDeploymentRequest,
  others: readonly KubeObject[] = [],
  config = platformConfig({ profilingClusterRoleName: ROLE }),
): MemoryCluster {
  const objects = new Map<string, Any>();
  const calls: string[] = [];
  const failures = new Map<string, ApiError>();
  const otherOperators = new Set<string>();
  let version = 10;

  const keyOf = (kind: string, { namespace, name }: ObjectName) =>
    `${kind} ${objectKey({ namespace, name })}`;

  function put(object: Any): Any {
    const key = keyOf(object.kind, object.metadata);
    const before = objects.get(key);
    const stored = {
      ...object,
      metadata: {
        creationTimestamp: NOW,
        ...object.metadata,
        uid: object.metadata.uid ?? before?.metadata.uid ?? `uid-${version}`,
        resourceVersion: String(version++),
      },
    };
    objects.set(key, stored);
    return stored;
  }

  function answer(verb: string, kind: string, { name, namespace }: ObjectName) {
    const call = `${verb} ${kind} ${name}`;
    if (verb !== "get" && verb !== "list") {
      calls.push(call);
      if (otherOperators.has(namespace ?? "")) {
        const write = { verb, method: "POST", path: `/${namespace}/${kind}/${name}` };
        throw new WriteHeldBack(write, "another operator manages the namespace");
      }
    }
    const failure = failures.get(call);
    if (failure) throw failure;
  }

  function error(status: number, reason: string, message = reason, causes?: unknown): ApiError {
    const request = { verb: "get", method: "GET", path: "/" };
    const details = causes === undefined ? {} : { details: { causes } };
    return new ApiError({ status, reason, message, request, ...details } as never);
  }

  function existing(kind: string, at: ObjectName): Any {
    const found = objects.get(keyOf(kind, at));
    if (!found) throw error(404, "NotFound", `${kind} "${at.name}" not found`);
    return found;
  }

  const client = {
    async get(resource: Resource<KubeObject>, at: ObjectName) {
      await Promise.resolve();
      answer("get", resource.kind, at);
      return existing(resource.kind, at);
    },
    async create(resource: Resource<KubeObject>, object: KubeObject) {
      await Promise.resolve();
      if (resource.kind === "SubjectAccessReview") {
        return { ...object, status: { allowed: cluster.allowsGraphs } };
      }
      answer("create", resource.kind, object.metadata);
      if (objects.has(keyOf(resource.kind, object.metadata))) throw error(409, "AlreadyExists");
      return put(object);
    },
    async apply(resource: Resource<KubeObject>, object: KubeObject) {
      await Promise.resolve();
      answer("apply", resource.kind, object.metadata);
      const before = objects.get(keyOf(resource.kind, object.metadata));
      return put(mergePatchOf(before, object));
    },
    async patch(resource: Resource<KubeObject>, at: ObjectName, { body }: { body: unknown }) {
      await Promise.resolve();
      answer("patch", resource.kind, at);
      return put(mergePatchOf(existing(resource.kind, at), body));
    },
    async patchStatus(resource: Resource<KubeObject>, object: KubeObject, status: unknown) {
      await Promise.resolve();
      answer("status", resource.kind, object.metadata);
      const live = existing(resource.kind, object.metadata);
      if (live.metadata.resourceVersion !== object.metadata.resourceVersion) {
        throw error(409, "Conflict");
      }
      return put({ ...live, status });
    },
    async delete(resource: Resource<KubeObject>, at: ObjectName) {
      await Promise.resolve();
      answer("delete", resource.kind, at);
      existing(resource.kind, at);
      objects.delete(keyOf(resource.kind, at));
    },
    async *pages(resource: Resource<KubeObject>, { namespace }: { namespace?: string } = {}) {
      await Promise.resolve();
      answer("list", resource.kind, { name: namespace ?? "" });
      const items = [...objects.values()].filter(({ kind, metadata }) =>
        kind === resource.kind && metadata.namespace === namespace
      );
      yield { items, resourceVersion: "1" };
    },
    async list(resource: Resource<KubeObject>, options: { namespace?: string } = {}) {
      for await (const page of client.pages(resource, options)) return page;
      return { items: [], resourceVersion: "1" };
    },
  } as unknown as Client;

  function mergePatchOf(before: Any | undefined, change: unknown): Any {
    const patched = applyMerge(before ?? {}, change) as Any;
    return structuredClone(patched);
  }

  const { name, namespace = "" } = request.metadata;
  const cluster: MemoryCluster = {
    put,
    calls,
    allowsGraphs: true,
    otherOperators,
    remove: (kind, name, at = namespace) =>
      void objects.delete(keyOf(kind, { namespace: at, name })),
    find: <T extends KubeObject>({ kind }: Resource<T>, name: string, at = namespace) =>
      objects.get(keyOf(kind, { namespace: at, name })) as T | undefined,
    setJob: (status) =>
      void put({ ...existing("Job", { namespace, name: jobName(name) }), status }),
    request: () => existing(requests.kind, { namespace, name }) as DynamoGraphDeploymentRequest,
    async reconcile() {
      const set = createObjectSet();
      const kinds = watchKinds(set, requestKinds(config));
      await set.load((resource) =>
        Promise.resolve([...objects.values()].filter(({ kind }) => kind === resource.kind))
      );
      const recorder = {
        event: (_: KubeObject, { reason }: { reason: string }) =>
          void calls.push(`event ${reason}`),
      };
      const clock = createFakeClock(Date.parse(NOW));
      const executor = createExecutor({ client, stores: storedKinds(kinds.written), clock });
      const accepts = (namespace: string) => !otherOperators.has(namespace);
      const gathering = { client, accepts, namespaceScoped: config.plannerRbacProvided };
      const kind = requestKind({
        client,
        config,
        recorder,
        requestStore: kinds.own.store,
        graphStore: kinds.children.graphs.store,
        gather: (object, moment) => gatherRequest(object, kinds, gathering, moment),
      });
      const context = { client, executor, clock, recorder, store: kinds.own.store };
      try {
        const { signal } = new AbortController();
        return await reconcileObject(kind, context, objectKey({ namespace, name }), signal);
      } catch (error) {
        return { outcome: "error", error };
      }
    },
    async settle() {
      for (let count = 0; count < MAX_RECONCILIATIONS; count++) {
        const before = calls.length;
        await cluster.reconcile();
        if (calls.length === before) return cluster.request();
      }
      throw new Error(`The operator still writes: ${calls.slice(-10).join(", ")}`);
    },
    fail: (call, status, reason, causes) =>
      void failures.set(call, error(status, reason, reason, causes)),
    recover: () => failures.clear(),
  };
  put({ apiVersion: clusterRoles.apiVersion, kind: clusterRoles.kind, metadata: { name: ROLE } });
  put(request);
  for (const object of others) put(object);
  return cluster;
}

/** Resources of the objects that the operator creates for a request, for {@linkcode MemoryCluster.find}. */
export const CHILDREN = { jobs, graphs };

function applyMerge(target: unknown, patch: unknown): unknown {
  if (typeof patch !== "object" || patch === null || Array.isArray(patch)) return patch;
  const result: Record<string, unknown> =
    typeof target === "object" && target !== null && !Array.isArray(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else if (value !== undefined) result[key] = applyMerge(result[key], value);
  }
  return result;
}
