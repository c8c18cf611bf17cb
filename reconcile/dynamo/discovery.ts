import { ANNOTATIONS } from "../../crds/labels.ts";
import type { PlatformConfig } from "./platform_config.ts";

/**
 * Returns the backend through which pods discover each other: the value of the annotation, even if that is "", or else
 * the installation's. The operator creates discovery objects only if it is exactly `kubernetes`.
 *
 * @param annotations of a graph (its metadata) or of a component (its spec)
 */
export function discoveryBackend(
  annotations: Record<string, string> | undefined,
  config: Pick<PlatformConfig, "discoveryBackend">,
): string {
  return annotations?.[ANNOTATIONS.discoveryBackend] ?? config.discoveryBackend;
}

/** Returns the ServiceAccount with which pods of a graph use discovery through the Kubernetes API. */
export function discoveryServiceAccount(graphName: string): string {
  return `${graphName}-k8s-service-discovery`;
}
