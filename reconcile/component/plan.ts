import type { DynamoComponentDeployment } from "../../crds/kinds/component.ts";
import { deployments, ingresses, type Service, services } from "../../kube/builtin.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { Observed } from "../apply/observed.ts";
import type { Planned } from "../apply/planned.ts";
import type { PlatformConfig } from "../dynamo/platform_config.ts";
import { PlanError } from "../dynamo/plan_error.ts";
import type { Problem } from "../dynamo/problem.ts";
import type { PodSurroundings } from "../pod/pod_template.ts";
import { deploymentManifest } from "../workload/deployment.ts";
import { ingressManifest } from "./ingress.ts";
import {
  formerModelServices,
  isModelService,
  isOperatorMade,
  modelService,
} from "./model_service.ts";
import { serviceManifest } from "./service.ts";
import { validateSpec } from "./validate.ts";

/** What the planner of a component knows of its namespace. */
export interface ComponentObserved extends Observed, PodSurroundings {
  /** All components of the namespace. */
  readonly components: readonly DynamoComponentDeployment[];
  /** The Services of the namespace that carry the label of a base model and of the operator. */
  readonly modelServices: readonly Service[];
}

/** What is to be written for a component, and why parts of it cannot be. */
export interface ComponentPlan {
  planned: Planned[];
  /** Objects that this component owns, alone or with others, and no longer asks for. */
  prune: KubeObject[];
  problems: Problem[];
}

/**
 * Plans the children of a component: its Deployment, its Service, its Ingress if it is exposed, and the Service of
 * the model that it serves. Of a component that is invalid nothing is planned and nothing is taken away; one that
 * is being deleted has no children any more.
 */
export function planComponent(
  component: DynamoComponentDeployment,
  observed: ComponentObserved,
  config: PlatformConfig,
): ComponentPlan {
  const plan: ComponentPlan = { planned: [], prune: [], problems: [] };
  if (component.metadata.deletionTimestamp) return plan;
  let wanted: Planned[];
  try {
    wanted = ownManifests(component, observed, config);
  } catch (error) {
    if (!(error instanceof PlanError)) throw error;
    const { field, message } = error;
    plan.problems.push({ reason: "ValidationFailed", field: `spec.${field}`, message });
    return plan;
  }
  plan.planned = wanted;
  plan.prune.push(...noLongerWanted(wanted, observed));
  planModel(plan, component, observed);
  return plan;
}

/** @throws {PlanError} */
function ownManifests(
  component: DynamoComponentDeployment,
  observed: ComponentObserved,
  config: PlatformConfig,
): Planned[] {
  // The API server asks for a spec only since it knows the rule.
  if (!component.spec) throw new PlanError("componentType", "is required: the spec is missing");
  validateSpec(component.spec);
  const ingress = ingressManifest(component);
  return [
    {
      resource: deployments,
      manifest: deploymentManifest(component, config, observed),
      policy: "own",
    },
    { resource: services, manifest: serviceManifest(component, config), policy: "own" },
    ...(ingress ? [{ resource: ingresses, manifest: ingress, policy: "own" } as const] : []),
  ];
}

function noLongerWanted(wanted: readonly Planned[], observed: Observed): KubeObject[] {
  const keep = new Set(wanted.map(({ manifest }) => keyOf(manifest)));
  return observed.owned.filter((object) =>
    !keep.has(keyOf(object)) && !isModelService(object) && !object.metadata.deletionTimestamp
  );
}

function planModel(
  plan: ComponentPlan,
  component: DynamoComponentDeployment,
  observed: ComponentObserved,
) {
  plan.prune.push(...formerModelServices(component, observed.modelServices));
  const planned = modelService(component, observed.components);
  if (!planned) return;
  const { kind, metadata: { name } } = planned.manifest;
  const live = observed.find(planned.resource, name);
  if (live && !isOperatorMade(live)) plan.problems.push(nameConflict(kind, name));
  else plan.planned.push(planned);
}

function nameConflict(kind: string, name: string): Problem {
  return {
    reason: "NameConflict",
    message: `${kind} "${name}" exists and is not owned by this component: delete or rename it`,
  };
}

function keyOf(object: KubeObject): string {
  return `${object.kind}/${object.metadata.name}`;
}
