import type { DynamoComponentDeployment } from "../../crds/kinds/component.ts";
import type { ComponentSpec } from "../../crds/kinds/component_spec.ts";
import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { Planned } from "../apply/planned.ts";
import { REASONS } from "../dynamo/conditions.ts";
import type { PlatformConfig } from "../dynamo/platform_config.ts";
import { PlanError, type Problem } from "../dynamo/problem.ts";
import type { Warning } from "../dynamo/warning.ts";
import type { GrovePlan } from "../grove/plan.ts";
import type { Orchestrator } from "../workload/orchestrator.ts";
import type { GraphObserved } from "./observed.ts";

/** Input for the plan of a graph's services. */
export interface ServicesInput {
  graph: DynamoGraphDeployment;
  /** The graph as the user declares it, without its status and without metadata that the API server sets. */
  declared: DynamoGraphDeployment;
  observed: GraphObserved;
  config: PlatformConfig;
  /** Restart ids, keyed by service name. */
  restartIds: ReadonlyMap<string, string>;
  /** Replica counts that scaling adapters set, keyed by service name. */
  scaled: ReadonlyMap<string, number>;
}

/** The services of a graph, planned for components or for Grove. */
export interface ServicesPlan {
  /** Specs of the valid services, with the defaults of the graph. */
  specs: ComponentSpec[];
  problems: Problem[];
  /** Warnings for condition `ConfigurationWarning` of the graph. */
  warnings: Warning[];
  /** The planned components, keyed and sorted by service name. Empty if the graph runs on Grove. */
  components: Map<string, DynamoComponentDeployment>;
  /** Orchestrator of the graph; absent if the API server does not serve an orchestrator that a service needs. */
  orchestrator?: Orchestrator;
  /** Plans the objects that run the services. Must not be called if a service has a problem. */
  workloads(): WorkloadsPlan;
}

/** The objects that run the services of a graph. */
export interface WorkloadsPlan {
  /** Secrets that pods mount. */
  secrets: Planned[];
  planned: Planned[];
  /** Objects that the graph no longer needs, in addition to its unplanned children. */
  outdated: KubeObject[];
  /** Whether the planned objects are rolled out, and only terminating pods may belong to an earlier generation. */
  rolledOut: boolean;
  problems: Problem[];
  warnings: Warning[];
  grove?: GrovePlan;
}

/** Returns the services of a graph, sorted by name. */
export function sortedServices({ spec }: DynamoGraphDeployment): [string, ComponentSpec][] {
  return Object.entries(spec.services ?? {}).sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0);
}

/**
 * Calls `planService` for each service. Returns all warnings, and a problem for each thrown {@linkcode PlanError}. The
 * field paths start at the root of the graph.
 */
export function planEachService(
  { graph, restartIds }: Pick<ServicesInput, "graph" | "restartIds">,
  planService: (name: string, spec: ComponentSpec, restartId: string | undefined) => Warning[],
): Pick<ServicesPlan, "problems" | "warnings"> {
  const problems: Problem[] = [];
  const warnings: Warning[] = [];
  for (const [name, spec] of sortedServices(graph)) {
    try {
      const found = planService(name, spec, restartIds.get(name));
      for (const { field, message } of found) {
        warnings.push({ field: placeOf(field, graph, name), message });
      }
    } catch (error) {
      if (!(error instanceof PlanError)) throw error;
      const field = placeOf(error.field, graph, name);
      const { message } = error;
      // A mistake in the graph's `envs` causes the same problem in each service. The plan must report it only once.
      if (!problems.some((known) => known.field === field && known.message === message)) {
        problems.push({ reason: REASONS.validationFailed, field, message });
      }
    }
  }
  return { problems, warnings };
}

/**
 * Returns the path of a service's field in the graph. The path of an environment variable that only the graph sets is
 * `spec.envs[…]`.
 */
function placeOf(field: string, graph: DynamoGraphDeployment, service: string): string {
  const [, variable] = /^envs\[(.+?)\]/.exec(field) ?? [];
  const { envs = [] } = graph.spec.services?.[service] ?? {};
  const ofGraph = variable !== undefined && !envs.some(({ name }) => name === variable);
  return ofGraph ? `spec.${field}` : `spec.services[${service}].${field}`;
}
