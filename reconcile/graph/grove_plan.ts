import type { ComponentSpec } from "../../crds/kinds/component_spec.ts";
import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import { LABELS } from "../../crds/labels.ts";
import { services as serviceKind } from "../../kube/builtin.ts";
import type { Observed } from "../apply/observed.ts";
import type { Planned } from "../apply/planned.ts";
import {
  formerModelServices,
  modelServiceConflict,
  sharedModelService,
} from "../component/model_service.ts";
import { mpiSecrets, mpiSecretWarnings, usesMpiSecret } from "../component/mpi_secret.ts";
import { routes, routeWarnings } from "../component/routes.ts";
import { serviceManifest } from "../component/service.ts";
import { labelWarnings } from "../dynamo/metadata_rules.ts";
import { modelServiceName } from "../dynamo/names.ts";
import { discoveryBackend, type PlatformConfig } from "../dynamo/platform_config.ts";
import type { Problem } from "../dynamo/problem.ts";
import { isFrontend } from "../dynamo/service_input.ts";
import type { Warning } from "../dynamo/warning.ts";
import type { GroveObserved } from "../grove/observed.ts";
import { grovePlanner, type RenderedService } from "../grove/plan.ts";
import { isGroveReady } from "../grove/readiness.ts";
import { type GroveService, groveService } from "../grove/service.ts";
import { checkPodSpec } from "../pod/pod_spec.ts";
import { warningsOf } from "../pod/warnings.ts";
import { withReplicas } from "../scaling/plan.ts";
import { checkSpec } from "../workload/workloads.ts";
import type { GraphObserved } from "./observed.ts";
import { planEachService, type ServicesInput, type ServicesPlan } from "./services_plan.ts";

/** Plans the services of a graph on Grove: one PodCliqueSet for all services, and their Services and routes. */
export function planServicesOnGrove(input: ServicesInput, grove: GroveObserved): ServicesPlan {
  const { graph, observed, config, scaled } = input;
  const planner = grovePlanner(graph, grove, config);
  const endpoints: Planned[] = [];
  const rendered: RenderedService[] = [];
  const specs: ComponentSpec[] = [];
  const { problems, warnings } = planEachService(input, (name, spec, restartId) => {
    const scaledSpec = withReplicas(spec, scaled.get(name));
    const service = groveService(graph, name, scaledSpec, config, restartId);
    endpoints.push(...groveEndpoints(service, config, observed));
    rendered.push(planner.render(service));
    specs.push(service.input.spec);
    return groveWarnings(spec, service, config, observed);
  });
  return {
    specs,
    problems,
    warnings,
    components: new Map(),
    orchestrator: "grove",
    workloads() {
      const plan = planner.plan(rendered);
      const { podCliqueSet, waitMs, obsolete } = plan;
      const rolledOut = isGroveReady(plan, grove);
      const mpi = planMpiSecrets(graph, observed, config);
      const models = groveModelServices(graph, plan.services, { ...observed, grove });
      const isDue = podCliqueSet && !obsolete && waitMs === 0;
      // The copies of the MPI Secret stay during a rollout, because pods of the earlier generation may still mount
      // them.
      const copies = !mpi && rolledOut ? observed.mpi?.copies ?? [] : [];
      return {
        secrets: mpi?.secrets ?? [],
        planned: [...(isDue ? [podCliqueSet] : []), ...endpoints, ...models.planned],
        outdated: [...models.former, ...copies, ...(obsolete ? [obsolete] : [])],
        rolledOut,
        problems: [...plan.problems, ...models.problems],
        warnings: mpi?.warnings ?? [],
        grove: plan,
      };
    },
  };
}

/** Plans the MPI Secrets; returns undefined if no pod of the graph mounts them. */
function planMpiSecrets(
  graph: DynamoGraphDeployment,
  observed: GraphObserved,
  config: PlatformConfig,
): { secrets: Planned[]; warnings: Warning[] } | undefined {
  const { mpi } = observed;
  if (!mpi || !graphUsesMpiSecret(graph)) return undefined;
  const warnings = mpiSecretWarnings({ ...observed, ...mpi }, config);
  return {
    secrets: mpiSecrets(graph, { ...observed, ...mpi }, config),
    warnings: warnings.map(({ message }) => ({ field: "spec.services", message })),
  };
}

/**
 * Returns the Service of a service on Grove, and its routes (Ingress or VirtualService). As in the Go operator, only a
 * frontend gets routes. Other services get a Service only if pods discover each other through the Kubernetes API.
 *
 * @throws {PlanError} if the service is invalid
 */
function groveEndpoints(
  { input, podLabels }: GroveService,
  config: PlatformConfig,
  observed: Pick<Observed, "serves">,
): Planned[] {
  checkSpec(input.spec);
  checkPodSpec(input.spec);
  const isDiscovered = discoveryBackend(input.spec.annotations, config) === "kubernetes";
  // On Grove, the operator does not set the label `role`, but a user may set it. So the selector of the Service omits
  // the label.
  const { role: _ofUser, ...selectable } = podLabels;
  const manifest = serviceManifest(input, config, { podLabels: () => selectable });
  if (isDiscovered) {
    const labels = { ...manifest.metadata.labels, [LABELS.discoveryEnabled]: "true" };
    manifest.metadata = { ...manifest.metadata, labels };
  }
  return [
    ...(isDiscovered || isFrontend(input.spec)
      ? [{ resource: serviceKind, manifest, policy: "own" } as const]
      : []),
    ...(isFrontend(input.spec) ? routes(input, observed) : []),
  ];
}

/** Returns whether pods of a graph on Grove mount the MPI Secret. */
export function graphUsesMpiSecret({ spec }: DynamoGraphDeployment): boolean {
  return Object.values(spec?.services ?? {}).some((service) =>
    usesMpiSecret({
      ...service,
      ...(spec.backendFramework && { backendFramework: spec.backendFramework }),
    })
  );
}

/** Returns the warnings about a service on Grove. Their field paths are relative to the service. */
function groveWarnings(
  service: ComponentSpec,
  { input }: GroveService,
  config: PlatformConfig,
  observed: Pick<Observed, "serves">,
): Warning[] {
  const message = "is ignored: on Grove, only a frontend gets an Ingress or a VirtualService";
  return [
    ...labelWarnings("labels", service.labels),
    ...warningsOf(input.spec),
    ...(isFrontend(service)
      ? routeWarnings(input.spec, config, observed)
      : service.ingress?.enabled
      ? [{ field: "ingress", message }]
      : []),
  ];
}

/** The headless Services of a graph's models: those that the graph needs, and those that it no longer needs. */
export interface ModelServices {
  planned: Planned[];
  former: ReturnType<typeof formerModelServices>;
  problems: Problem[];
}

/** Plans a headless Service for each model that the services of a graph serve. */
export function groveModelServices(
  graph: DynamoGraphDeployment,
  services: readonly GroveService[],
  observed: Pick<Observed, "find"> & { grove: Pick<GroveObserved, "modelServices"> },
): ModelServices {
  const models = services.flatMap(({ input: { spec } }) => spec.modelRef?.name || []).sort();
  // If the names of two models have the same hash, the models share a Service. The annotation of the Service contains
  // the alphabetically first name.
  const byService = new Map(models.toReversed().map((model) => [modelServiceName(model), model]));
  const planned: Planned[] = [];
  const problems: Problem[] = [];
  for (const model of [...byService.values()].sort()) {
    const service = sharedModelService(model, graph.metadata, [graph]);
    const conflict = modelServiceConflict(service, observed, "graph");
    if (conflict) problems.push(conflict);
    else planned.push(service);
  }
  const former = formerModelServices([...byService.keys()], observed.grove.modelServices);
  return { planned, former, problems };
}
