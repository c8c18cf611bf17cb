import type { DynamoComponentDeployment } from "../../crds/kinds/component.ts";
import type { ComponentSpec } from "../../crds/kinds/component_spec.ts";
import { ANNOTATIONS } from "../../crds/labels.ts";
import type { Observed } from "../apply/observed.ts";
import { carriesPlan } from "../apply/plan_hash.ts";
import { REASONS } from "../dynamo/conditions.ts";
import { PlanError, type Problem } from "../dynamo/problem.ts";
import { components } from "../dynamo/resources.ts";
import { serviceOf } from "../dynamo/service_input.ts";
import { withReplicas } from "../scaling/plan.ts";
import { type Orchestrator, orchestratorOf } from "../workload/orchestrator.ts";
import { workloadOf } from "../workload/workloads.ts";
import { componentManifest, serviceWarnings } from "./component_manifest.ts";
import { isAvailable } from "./component_state.ts";
import { planEachService, type ServicesInput, type ServicesPlan } from "./services_plan.ts";

const NEEDS_MULTINODE =
  `must be 1, because annotation ${ANNOTATIONS.orchestrator} is "deployment", and a Deployment runs ` +
  'each replica on one node: set the annotation to "lws" or "grove", or remove the field multinode';

/**
 * Plans one component per service.
 *
 * @param ordered the orchestrator that the graph's annotation requests; absent if there is no such annotation
 */
export function planComponents(
  input: ServicesInput,
  ordered: Orchestrator | undefined,
): ServicesPlan {
  const { graph, observed, config, scaled } = input;
  const { served } = observed;
  const orchestrators: (Orchestrator | undefined)[] = [];
  const objectNames = new Map<string, string>();
  const planned = new Map<string, DynamoComponentDeployment>();
  const specs: ComponentSpec[] = [];
  const { problems, warnings } = planEachService(input, (name, spec, restartId) => {
    const component = componentManifest(graph, name, spec, config, restartId);
    const manifest = { ...component, spec: withReplicas(component.spec, scaled.get(name)) };
    const service = serviceOf(manifest, graph.metadata.name);
    if (ordered === "deployment" && service.nodes > 1) {
      throw new PlanError("multinode.nodeCount", NEEDS_MULTINODE);
    }
    const orchestrator = orchestratorOf(service, served);
    if (orchestrator) {
      const workload = workloadOf(service, served);
      workload.check(service);
      for (const object of workload.objectNames?.(service) ?? []) objectNames.set(object, name);
    }
    orchestrators.push(orchestrator);
    planned.set(name, manifest);
    specs.push(manifest.spec);
    return serviceWarnings(spec, manifest, config, observed);
  });
  const isServed = !orchestrators.includes(undefined);
  const manifests = [...planned.values()];
  return {
    specs,
    problems: [...problems, ...nameClashes(planned, objectNames)],
    warnings,
    components: planned,
    ...(isServed && {
      orchestrator: orchestrators.find((one) => one !== "deployment") ?? "deployment",
    }),
    workloads: () => ({
      secrets: [],
      planned: manifests.map((manifest) =>
        ({ resource: components, manifest, policy: "own" }) as const
      ),
      outdated: [],
      rolledOut: manifests.every((manifest) => isRolledOut(manifest, observed)),
      problems: [],
      warnings: [],
    }),
  };
}

function isRolledOut(
  manifest: DynamoComponentDeployment,
  { find }: Pick<Observed, "find">,
): boolean {
  const live = find(components, manifest.metadata.name);
  return live !== undefined && carriesPlan(live, { resource: components, manifest }) &&
    isAvailable(live);
}

/**
 * Returns a problem for each service whose workload needs an object that has the same name as another service's
 * component.
 *
 * @param objectNames services by the names of their objects
 */
function nameClashes(
  planned: ServicesPlan["components"],
  objectNames: ReadonlyMap<string, string>,
): Problem[] {
  return [...planned].flatMap(([other, { metadata: { name } }]): Problem[] => {
    const service = objectNames.get(name);
    if (service === undefined) return [];
    return [{
      reason: REASONS.validationFailed,
      field: `spec.services[${service}]`,
      message:
        `a replica needs an object named "${name}", but the component of service "${other}" ` +
        `has this name: rename one of the services`,
    }];
  });
}
