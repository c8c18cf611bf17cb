import type { KubeObject } from "../../kube/object.ts";
import { comparableObject } from "./comparable_object.ts";
import { replicaSets, WRITTEN_KINDS } from "./namespace_objects.ts";
import type { NamespaceClient } from "./namespace_client.ts";

/** Annotations whose values are hashes that depend on the namespace. */
const HASHES = ["nvidia.com/plan-hash", "nvidia.com/pod-template-inputs"];

/**
 * Returns all objects of a namespace by kind and name, for comparison with other namespaces. The result omits hashes
 * that depend on the namespace, and replaces the name of the namespace with a placeholder. Instead of the ReplicaSets,
 * it contains their number per Deployment. A number above 1 means that the Deployment has replaced its pods.
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
    (key, value: unknown) => HASHES.includes(key) ? undefined : value,
  );
  return JSON.parse(text.replaceAll(namespace, "NAMESPACE"));
}
