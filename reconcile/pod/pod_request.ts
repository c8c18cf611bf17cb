import type { ComponentSpec } from "../../crds/kinds/component_spec.ts";
import type { PlatformConfig } from "../dynamo/platform_config.ts";
import type { PullSecret } from "./pull_secrets.ts";

/** All that the pod of a component depends on. */
export interface PodRequest {
  /** As it is in the component, with the variables of its graph already under its own. */
  spec: ComponentSpec;
  /** The engine that graph or component name, if they do. */
  backendFramework?: string | undefined;
  /** Name of the graph; "" for a component on its own. */
  graphName: string;
  /** The Kubernetes namespace of the pod. */
  namespace: string;
  config: PlatformConfig;
  /** The pull Secrets of the namespace. */
  pullSecrets: readonly PullSecret[];
}
