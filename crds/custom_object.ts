import type { V1ObjectMeta } from "@kubernetes/client-node";

/** The common fields of all objects of the custom kinds. Times are RFC 3339 strings, as in JSON. */
export interface CustomObject {
  apiVersion: string;
  kind: string;
  metadata:
    & Omit<V1ObjectMeta, "name" | "creationTimestamp" | "deletionTimestamp">
    & { name: string; creationTimestamp?: string; deletionTimestamp?: string };
}
