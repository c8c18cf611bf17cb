import type { DynamoComponentDeployment } from "../../crds/kinds/component.ts";
import type { ComponentSpec } from "../../crds/kinds/component_spec.ts";
import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import { ANNOTATIONS } from "../../crds/labels.ts";
import { oncePerObject } from "../../kube/once_per_object.ts";
import { virtualServices } from "../../kube/optional_kinds.ts";
import type { Observed } from "../apply/observed.ts";
import { carriesPlan } from "../apply/plan_hash.ts";
import { routesObserved } from "../component/routes.ts";
import { REASONS } from "../dynamo/conditions.ts";
import type { PlatformConfig } from "../dynamo/platform_config.ts";
import { PlanError, type Problem } from "../dynamo/problem.ts";
import { components } from "../dynamo/resources.ts";
import { serviceOf } from "../dynamo/service_input.ts";
import { withReplicas } from "../scaling/plan.ts";
import {
  type Orchestrator,
  orchestratorOf,
  type ServedOrchestrator,
  type ServedOrchestrators,
} from "../workload/orchestrator.ts";
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
 * @param ordered the orchestrator that an annotation of the graph requests; undefined without this annotation
 */
export function planComponents(
  input: ServicesInput,
  ordered: Orchestrator | undefined,
): ServicesPlan {
  const { declared, observed, config, restartIds, scaled } = input;
  const fixed = fixedPart(declared, config, {
    ordered,
    restartIds: [...restartIds],
    scaled: [...scaled],
    served: [...observed.served],
    servesVirtualServices: observed.serves(virtualServices),
  });
  const manifests = [...fixed.components.values()];
  return {
    ...fixed,
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

/**
 * Input of {@link fixedPart} besides the graph and the configuration. Contains only JSON values, so that the cache of
 * results can compare the input of two calls.
 */
interface FixedInput {
  ordered: Orchestrator | undefined;
  restartIds: readonly (readonly [service: string, id: string])[];
  scaled: readonly (readonly [service: string, replicas: number])[];
  served: readonly ServedOrchestrator[];
  servesVirtualServices: boolean;
}

/** The part of a plan that does not depend on live objects. */
type FixedPart = Omit<ServicesPlan, "workloads">;

const fixedPart = oncePerObject(
  (graph: DynamoGraphDeployment, config: PlatformConfig, input: FixedInput): FixedPart => {
    const { ordered, servesVirtualServices } = input;
    const served: ServedOrchestrators = new Set(input.served);
    const scaled = new Map(input.scaled);
    const restartIds = new Map(input.restartIds);
    const observed = routesObserved(servesVirtualServices);
    const orchestrators: (Orchestrator | undefined)[] = [];
    const objectNames = new Map<string, string>();
    const components = new Map<string, DynamoComponentDeployment>();
    const specs: ComponentSpec[] = [];
    const planned = planEachService({ graph, restartIds }, (name, spec, restartId) => {
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
      components.set(name, manifest);
      specs.push(manifest.spec);
      return serviceWarnings(spec, manifest, config, observed);
    });
    const isServed = !orchestrators.includes(undefined);
    return {
      specs,
      problems: [...planned.problems, ...nameClashes(components, objectNames)],
      warnings: planned.warnings,
      components,
      ...(isServed && {
        orchestrator: orchestrators.find((one) => one !== "deployment") ?? "deployment",
      }),
    };
  },
);

function isRolledOut(
  manifest: DynamoComponentDeployment,
  { find }: Pick<Observed, "find">,
): boolean {
  const live = find(components, manifest.metadata.name);
  return live !== undefined && carriesPlan(live, { resource: components, manifest }) &&
    isAvailable(live);
}

/**
 * Returns a problem for each service that needs an object with the name of another service's component.
 *
 * @param objectNames services, keyed by the names of the objects that they need
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
