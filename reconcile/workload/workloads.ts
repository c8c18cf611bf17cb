import type { ComponentSpec } from "../../crds/kinds/component_spec.ts";
import type { KubeObject } from "../../kube/object.ts";
import { oncePerObject } from "../../kube/once_per_object.ts";
import type { Resource } from "../../kube/resource.ts";
import { checkMetadata } from "../dynamo/metadata_rules.ts";
import { checkMultinodeSize } from "../dynamo/multinode_size.ts";
import { PlanError, quantityAt } from "../dynamo/problem.ts";
import { checkDebugModes } from "./check_debug_modes.ts";
import { checkNames } from "./check_names.ts";
import type { ServiceInput } from "../dynamo/service_input.ts";
import { deployment } from "./deployment.ts";
import { lws } from "./lws.ts";
import {
  NO_ORCHESTRATOR,
  type Orchestrator,
  orchestratorOf,
  type ServedOrchestrators,
} from "./orchestrator.ts";
import type { Workload } from "./workload.ts";

/**
 * The workloads of components, keyed by orchestrator. Grove is absent, because Grove runs a graph as a whole, without
 * components. A new workload needs a file in this folder and an entry here; docs/contributing.md lists the other steps.
 */
const byOrchestrator: Readonly<Partial<Record<Orchestrator, Workload>>> = { deployment, lws };

/** Every workload that a component can have. */
export const workloads: readonly Workload[] = Object.values(byOrchestrator);

/** Returns the kinds of objects that the workloads of components can create. */
export function workloadKinds(): WorkloadKind[] {
  return workloads.flatMap(({ resources, optional, deletesDependentsFirst }) =>
    resources.map((resource) => ({ resource, optional, deletesDependentsFirst }))
  );
}

/** A kind of object that a workload creates. */
export interface WorkloadKind {
  resource: Resource<KubeObject>;
  /** Whether the operator also runs if the API server does not serve the kind. */
  optional: boolean;
  /** Whether the deletion of a pruned object waits until its dependents are deleted. */
  deletesDependentsFirst: boolean | undefined;
}

/** Returns the optional orchestrators that the API server serves. The keys of `children` are plural names of kinds. */
export function servedOrchestrators(
  children: Readonly<Record<string, { served: boolean }>>,
  candidates: Readonly<Record<string, Pick<Workload, "resource" | "optional">>> = byOrchestrator,
): ServedOrchestrators {
  const served = Object.entries(candidates).filter(([, { resource, optional }]) =>
    optional && children[resource.plural]?.served
  );
  return new Set(served.map(([name]) => name)) as ServedOrchestrators;
}

/**
 * Returns the workload of a service. Throws a {@link PlanError} if the spec of the service violates a rule, or if the
 * API server serves no orchestrator for the service.
 */
export function workloadOf(service: ServiceInput, served: ServedOrchestrators): Workload {
  checkService(service);
  const orchestrator = orchestratorOf(service, served);
  const workload = orchestrator && byOrchestrator[orchestrator];
  if (workload) return workload;
  throw new PlanError("multinode.nodeCount", NO_ORCHESTRATOR);
}

const checkService = oncePerObject(({ spec }: ServiceInput) => checkSpec(spec));

/**
 * Checks the spec of a component against rules that the API server also enforces. The check is needed because a stored
 * object may be older than the rules. Throws a {@link PlanError} for the first violated rule.
 */
export function checkSpec(spec: ComponentSpec): void {
  const { replicas, ingress, sharedMemory } = spec;
  checkMetadata(spec);
  checkDebugModes(spec);
  checkNames(spec);
  if (replicas !== undefined && replicas < 0) {
    throw new PlanError("replicas", `must be non-negative, got ${replicas}`);
  }
  checkMultinodeSize(spec);
  if (ingress?.enabled && !ingress.host) {
    throw new PlanError("ingress.host", "is required when ingress is enabled");
  }
  if (sharedMemory && !sharedMemory.disabled) {
    const { size = 0 } = sharedMemory;
    if (
      quantityAt("sharedMemory.size", size, "Cannot determine the size of the shared memory") <= 0n
    ) {
      throw new PlanError(
        "sharedMemory.size",
        "is required when disabled is false and must be above zero",
      );
    }
  }
}
