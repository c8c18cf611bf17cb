import type { KubeObject } from "../../kube/object.ts";
import { comparableObject } from "./comparable_object.ts";
import { replicaSets, WRITTEN_KINDS } from "./namespace_objects.ts";
import type { NamespaceClient } from "./namespace_client.ts";

const PLAN_HASH = "nvidia.com/plan-hash";

/**
 * Returns all objects of a namespace by kind and name, comparable with the objects of another namespace. A placeholder
 * replaces the name of the namespace, and hashes that depend on it are left out. ReplicaSets are only counted per
 * Deployment: more than one means that pods were replaced.
 */
export async function snapshotOf(kube: NamespaceClient): Promise<Record<string, unknown>> {
  const snapshot: Record<string, unknown> = {};
  for (const kind of WRITTEN_KINDS) {
    for (const object of await kube.list(kind)) {
      snapshot[`${kind.kind}/${object.metadata.name}`] = withoutNamespace(object, kube.namespace);
    }
  }
  for (const { metadata } of await kube.list(replicaSets)) {
    const key = `ReplicaSets of ${metadata.ownerReferences?.[0]?.name}`;
    snapshot[key] = Number(snapshot[key] ?? 0) + 1;
  }
  return snapshot;
}

function withoutNamespace(object: KubeObject, namespace: string): unknown {
  const text = JSON.stringify(
    comparableObject(object),
    (key, value: unknown) => key === PLAN_HASH ? undefined : value,
  );
  return JSON.parse(text.replaceAll(namespace, "NAMESPACE"));
}
