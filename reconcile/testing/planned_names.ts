import type { KubeObject } from "../../kube/object.ts";

export function names(objects: readonly { manifest: KubeObject }[]): string[] {
  return objects.map(({ manifest }) => `${manifest.kind}/${manifest.metadata.name}`);
}

/** The objects that the pods of graph `chat` need to discover each other through the Kubernetes API. */
export const DISCOVERY: readonly string[] = [
  "ServiceAccount/chat-k8s-service-discovery",
  "Role/chat-k8s-service-discovery-role",
  "RoleBinding/chat-k8s-service-discovery-binding",
];
