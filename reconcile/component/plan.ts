import type { DynamoComponentDeployment } from "../../crds/kinds/component.ts";
import { type Service, services } from "../../kube/builtin.ts";
import { type KubeObject, objectKey } from "../../kube/object.ts";
import { oncePerObject } from "../../kube/once_per_object.ts";
import { virtualServices } from "../../kube/optional_kinds.ts";
import type { RecentValues } from "../../kube/recent_values.ts";
import type { Observed } from "../apply/observed.ts";
import { unplanned } from "../apply/prune.ts";
import type { Planned } from "../apply/planned.ts";
import { NAME_CONFLICT } from "../apply/reasons.ts";
import { conditionOf, REASONS } from "../dynamo/conditions.ts";
import type { PlatformConfig } from "../dynamo/platform_config.ts";
import { isServiceName, NO_SERVICE_NAME } from "../dynamo/object_names.ts";
import { NameConflictError, PlanError, type Problem } from "../dynamo/problem.ts";
import type { Warning } from "../dynamo/warning.ts";
import { type ServiceInput, serviceOf } from "../dynamo/service_input.ts";
import { warningsOf } from "../pod/warnings.ts";
import { componentNameConflict } from "../workload/lws_conflicts.ts";
import type { ServedOrchestrators } from "../workload/orchestrator.ts";
import type { Workload, WorkloadObserved } from "../workload/workload.ts";
import { workloadOf } from "../workload/workloads.ts";
import {
  formerModelServices,
  isModelService,
  modelService,
  modelServiceConflict,
} from "./model_service.ts";
import { type MpiObserved, mpiSecrets, mpiSecretWarnings, usesMpiSecret } from "./mpi_secret.ts";
import { routes, routesObserved, routeWarnings } from "./routes.ts";
import { serviceManifest } from "./service.ts";

/** The cluster state that the plan of a component depends on. */
export interface ComponentObserved extends Observed, WorkloadObserved {
  /** Name of the graph that controls the component; "" for a standalone component. */
  readonly graphName: string;
  readonly served: ServedOrchestrators;
  /** Components in the same namespace that may serve the same model. */
  readonly components: readonly DynamoComponentDeployment[];
  /** The model Services that the component owns or co-owns. */
  readonly modelServices: readonly Service[];
  /** The MPI Secrets that the plan depends on. If this field is absent, the plan contains no MPI Secrets. */
  readonly mpi?: MpiObserved;
}

/** The children of a component, and the problems that prevent the operator from planning some of them. */
export interface ComponentPlan {
  planned: Planned[];
  /** Objects that the component owns or co-owns, but that are not planned. */
  prune: KubeObject[];
  problems: Problem[];
  /** Settings of a valid component that do not have the expected effect. */
  warnings: Warning[];
  /** The workload of the component; absent if the component is invalid or being deleted. */
  workload?: Workload;
}

/** The part of a plan that does not depend on live objects. */
interface FixedPart {
  planned: Planned[];
  warnings: Warning[];
}

/**
 * Plans the children of a component: the objects of its workload, its Service, the Service of its model, and an Ingress
 * or a VirtualService if its spec enables them. If the component is invalid, the plan contains the problem and no objects
 * to prune; it contains the workload if only the Service is invalid. If the component is being deleted, the plan is
 * empty, and the garbage collector deletes the children.
 *
 * @param recent returns the cached input of an earlier plan if it equals the given input. The plan can then reuse
 *   cached results. By default, nothing is cached.
 */
export function planComponent(
  component: DynamoComponentDeployment,
  observed: ComponentObserved,
  config: PlatformConfig,
  recent: RecentValues = (_key, value) => value,
): ComponentPlan {
  const plan: ComponentPlan = { planned: [], prune: [], problems: [], warnings: [] };
  const { name, deletionTimestamp } = component.metadata;
  if (deletionTimestamp) return plan;
  if (!isServiceName(name)) {
    const message =
      `"${name}" ${NO_SERVICE_NAME}, so the Service of the component cannot have this name: ` +
      "create the component under another name";
    plan.problems.push({ reason: REASONS.validationFailed, field: "metadata.name", message });
    return plan;
  }
  const conflict = componentNameConflict(component.metadata, observed);
  if (conflict) {
    plan.problems.push({ reason: NAME_CONFLICT, field: "metadata.name", message: conflict });
    return plan;
  }
  try {
    planChildren();
  } catch (error) {
    if (!(error instanceof PlanError)) throw error;
    const { field, message } = error;
    const isConflict = error instanceof NameConflictError;
    const reason = isConflict ? NAME_CONFLICT : REASONS.validationFailed;
    plan.problems.push({ reason, field: `spec.${field}`, message });
    return plan;
  }
  plan.prune = unplanned(observed.owned, plan.planned).filter((object) => !isModelService(object));
  planModel();
  // The operator prunes the MPI Secret only after a rollout, because pods of the earlier generation may still mount it.
  if (!usesMpiSecret(component.spec) && isRolledOut(component)) {
    plan.prune.push(...observed.mpi?.copies ?? []);
  }
  return plan;

  /** @throws {PlanError} if the component is invalid */
  function planChildren() {
    // A component that was stored before the CRD required a spec may lack the spec.
    if (!component.spec) throw new PlanError("componentType", "is required: the spec is missing");
    const service = recent(
      objectKey(component.metadata),
      serviceOf(component, observed.graphName),
    );
    const workload = workloadOf(service, observed.served);
    const mpi = observed.mpi && usesMpiSecret(service.spec) ? observed.mpi : undefined;
    plan.planned = [
      ...(mpi ? mpiSecrets(component, { ...observed, ...mpi }, config) : []),
      ...workload.plan(service, config, observed),
    ];
    // Only the Service may be invalid from here on. Like the Go operator, this operator still updates the workload.
    const fixed = fixedPart(service, config, workload, observed.serves(virtualServices));
    plan.planned.push(...fixed.planned);
    plan.workload = workload;
    plan.warnings = [
      ...fixed.warnings,
      ...(mpi ? mpiSecretWarnings({ ...observed, ...mpi }, config) : []),
    ]
      .map(({ field, message }) => ({ field: `spec.${field}`, message }));
  }

  function planModel() {
    const planned = modelService(component, observed.components);
    const names = planned ? [planned.manifest.metadata.name] : [];
    plan.prune.push(...formerModelServices(names, observed.modelServices));
    if (!planned) return;
    const conflict = modelServiceConflict(planned, observed, "component");
    if (conflict) return void plan.problems.push(conflict);
    const manifest = recent(`Service ${objectKey(planned.manifest.metadata)}`, planned.manifest);
    plan.planned.push({ ...planned, manifest });
  }
}

const fixedPart = oncePerObject(
  (
    service: ServiceInput,
    config: PlatformConfig,
    workload: Workload,
    servesVirtualServices: boolean,
  ): FixedPart => {
    const observed = routesObserved(servesVirtualServices);
    const manifest = serviceManifest(service, config, workload);
    return {
      planned: [
        { resource: services, manifest, policy: "own" },
        ...routes(service, observed),
      ],
      warnings: [
        ...warningsOf(service.spec),
        ...routeWarnings(service.spec, config, observed),
      ],
    };
  },
);

function isRolledOut({ metadata: { generation }, status }: DynamoComponentDeployment): boolean {
  const available = conditionOf(status, "Available");
  return available?.status === "True" && available.observedGeneration === generation;
}
