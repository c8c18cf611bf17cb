import { roleBindings, serviceAccounts, services } from "../../../kube/builtin.ts";
import { ApiError } from "../../../kube/errors.ts";
import type { KubeObject } from "../../../kube/object.ts";
import type { Resource } from "../../../kube/resource.ts";
import { createStore } from "../../../kube/store.ts";
import { createMemoryLog } from "./memory_log.ts";
import { type ExpectedCall, scriptedClient } from "./scripted_client.ts";
import { createExecutor, type Work } from "../../apply/execute.ts";
import { storedKinds } from "../../apply/stored_kinds.ts";
import { parentObject, planned, service, type TestObject } from "../../apply/testing/objects.ts";

/** Returns an executor whose stores contain the objects `live`. Its client allows exactly the expected calls. */
export function executorOver(live: TestObject[], ...expected: (ExpectedCall | string)[]) {
  const client = scriptedClient(...expected);
  const log = createMemoryLog();
  const widgets = planned(widget({})).resource;
  const all = [services, roleBindings, serviceAccounts, widgets];
  let nowMs = 0;
  const feeds = new Map<string, (object: TestObject) => void>();
  const kinds = all.map((resource: Resource<KubeObject>) => {
    const { apiVersion, kind } = resource;
    const { store, feed } = createStore<KubeObject, KubeObject>({
      apiVersion,
      kind,
      project: (object) => object,
      onChange: () => {},
    });
    for (const object of live) if (object.kind === kind) feed.event("ADDED", object);
    feeds.set(kind, (object) => feed.event("MODIFIED", object));
    return { resource, store };
  });
  const clock = { now: () => nowMs };
  const { execute } = createExecutor({
    client,
    stores: storedKinds(kinds),
    hasSameIdentity: () => true,
    clock,
    log,
  });
  return {
    client,
    log,
    store: storedKinds(kinds)(service("")).store,
    advance: (ms: number) => void (nowMs += ms),
    /** Changes a live object in its store, as if another client had changed it. */
    change: (object: TestObject) => feeds.get(object.kind)?.(object),
    execute: (work: Partial<Work>) => execute({ parent: parentObject(), planned: [], ...work }),
  };
}

export function widget(spec: Record<string, unknown>): TestObject {
  const metadata = { name: "w", namespace: "ns" };
  return { apiVersion: "example.com/v1", kind: "Widget", metadata, spec };
}

export function serviceWith(spec: Record<string, unknown>): TestObject {
  return { ...service("a"), spec };
}

export const conflict = apiError(409, "Conflict");

export function apiError(status: number, reason: string, message = reason): ApiError {
  return new ApiError({
    status,
    reason,
    message,
    request: { verb: "apply", method: "PATCH", path: "/" },
  });
}
