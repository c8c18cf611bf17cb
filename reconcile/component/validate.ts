import type { ComponentSpec } from "../../crds/kinds/component_spec.ts";
import { PlanError } from "../dynamo/problem.ts";
import { quantityAt } from "../dynamo/quantity.ts";
import type { ServiceInput } from "../dynamo/service_input.ts";
import type { ServedOrchestrators } from "../workload/orchestrator.ts";
import type { Workload } from "../workload/workload.ts";
import { workloadOf } from "../workload/workloads.ts";

/**
 * Returns the workload of a service whose spec keeps the rules.
 *
 * @throws {PlanError} on the first rule that the spec breaks, or without an orchestrator for it
 */
export function checkedWorkload(service: ServiceInput, served: ServedOrchestrators): Workload {
  checkSpec(service.spec);
  return workloadOf(service, served);
}

/** Checks the rules that the API server enforces, because an object may have been stored before they existed. */
function checkSpec({ replicas, ingress, sharedMemory }: ComponentSpec): void {
  if (replicas !== undefined && replicas < 0) {
    throw new PlanError("replicas", `must be non-negative, got ${replicas}`);
  }
  if (ingress?.enabled && !ingress.host) {
    throw new PlanError("ingress.host", "is required when ingress is enabled");
  }
  if (sharedMemory && !sharedMemory.disabled) {
    const { size = 0 } = sharedMemory;
    if (quantityAt("sharedMemory.size", size, "Cannot size the shared memory") <= 0n) {
      throw new PlanError(
        "sharedMemory.size",
        "is required when disabled is false and must be above zero",
      );
    }
  }
}
