import { ANNOTATIONS } from "../../crds/labels.ts";
import type { PlatformConfig } from "./platform_config.ts";

/**
 * The backend through which pods find each other: what the annotation says, even if that is "", else what the
 * installation says. Kubernetes objects for discovery are made only if this is exactly `kubernetes`.
 *
 * @param annotations of a graph (its metadata) or of a component (its spec)
 */
export function discoveryBackend(
  annotations: Record<string, string> | undefined,
  config: Pick<PlatformConfig, "discoveryBackend">,
): string {
  return annotations?.[ANNOTATIONS.discoveryBackend] ?? config.discoveryBackend;
}

/** The account under which pods of a graph use discovery through the Kubernetes API. */
export function discoveryAccountName(graphName: string): string {
  return `${graphName}-k8s-service-discovery`;
}
