import type { DynamoComponentDeployment } from "../../crds/kinds/component.ts";
import type { ComponentSpec } from "../../crds/kinds/component_spec.ts";
import { nodeCount } from "../dynamo/component_type.ts";
import type { PlatformConfig } from "../dynamo/platform_config.ts";
import { PlanError } from "../dynamo/plan_error.ts";
import { quantityAt } from "../dynamo/quantity.ts";
import { deploymentManifest } from "../workload/deployment.ts";
import { serviceManifest } from "./service.ts";

/**
 * Finds out whether a component can be planned, before it exists.
 *
 * @throws {PlanError} on the first thing that is wrong, with the field's path inside the component's spec
 */
export function validateComponent(
  component: DynamoComponentDeployment,
  config: PlatformConfig,
): void {
  validateSpec(component.spec);
  deploymentManifest(component, config, { pullSecrets: [], podAccounts: [] });
  serviceManifest(component, config);
}

/**
 * What the API server refuses on write, for objects that were stored before it knew the rules, and what needs an
 * orchestrator that is not there.
 *
 * @throws {PlanError} on the first rule that is broken
 */
export function validateSpec(spec: ComponentSpec): void {
  const { replicas, ingress, sharedMemory } = spec;
  if (replicas !== undefined && replicas < 0) {
    throw new PlanError("replicas", `must be non-negative, got ${replicas}`);
  }
  if (ingress?.enabled && !ingress.host) {
    throw new PlanError("ingress.host", "is required when ingress is enabled");
  }
  if (sharedMemory && !sharedMemory.disabled) {
    const { size = 0 } = sharedMemory;
    if (quantityAt("sharedMemory.size", size, "cannot size the shared memory") <= 0n) {
      throw new PlanError(
        "sharedMemory.size",
        "is required when disabled is false and must be above zero",
      );
    }
  }
  if (nodeCount(spec) > 1) {
    throw new PlanError("multinode.nodeCount", "no multinode orchestrator available");
  }
}
