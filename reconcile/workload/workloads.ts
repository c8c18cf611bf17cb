import { PlanError } from "../dynamo/problem.ts";
import type { ServiceInput } from "../dynamo/service_input.ts";
import { deployment } from "./deployment.ts";
import {
  NO_ORCHESTRATOR,
  type Orchestrator,
  orchestratorOf,
  type ServedOrchestrators,
} from "./orchestrator.ts";
import type { Workload } from "./workload.ts";

/** The workloads of components by orchestrator. Grove is absent, because it runs graphs without components. */
const byOrchestrator: Readonly<Partial<Record<Orchestrator, Workload>>> = { deployment };

/** Every workload that a component can have. */
export const workloads: readonly Workload[] = Object.values(byOrchestrator);

/**
 * Returns the workload of a component.
 *
 * @throws {PlanError} if the API server serves no orchestrator for it
 */
export function workloadOf(service: ServiceInput, served: ServedOrchestrators): Workload {
  const orchestrator = orchestratorOf(service, served);
  const workload = orchestrator && byOrchestrator[orchestrator];
  if (workload) return workload;
  throw new PlanError("multinode.nodeCount", NO_ORCHESTRATOR);
}
