import type { V1ObjectMeta } from "@kubernetes/client-node";

/**
 * What every stored object of our kinds has beside its spec: the same shape as any Kubernetes
 * object in JSON, where times are RFC 3339 strings.
 */
export interface CustomObject {
  apiVersion: string;
  kind: string;
  metadata:
    & Omit<V1ObjectMeta, "name" | "creationTimestamp" | "deletionTimestamp">
    & { name: string; creationTimestamp?: string; deletionTimestamp?: string };
}
