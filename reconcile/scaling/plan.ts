import type { ComponentSpec } from "../../crds/kinds/component_spec.ts";
import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import type { DynamoGraphDeploymentScalingAdapter } from "../../crds/kinds/scaling_adapter.ts";
import { isPaused, LABELS } from "../../crds/labels.ts";
import type { Observed } from "../apply/observed.ts";
import { isOrphan, ownership } from "../apply/ownership.ts";
import type { Planned } from "../apply/planned.ts";
import { hasSameIdentity } from "../dynamo/child_identity.ts";
import { componentName, labelValue } from "../dynamo/names.ts";
import { scalingAdapters } from "../dynamo/resources.ts";
import type { Warning } from "../dynamo/warning.ts";
import { determinedReplicas, isScaled, requestedReplicas } from "./determined_replicas.ts";

/** The scaling adapters of a graph, and warnings with field paths from the root of the graph. */
export interface AdapterPlan {
  planned: Planned[];
  warnings: Warning[];
}

/**
 * Plans a scaling adapter for each service that enables one. The plan sets `replicas` only when the operator creates
 * the adapter. Later, the autoscaler sets this field.
 *
 * @param replicasOf returns the initial `replicas` of an adapter, given the name of its service
 */
export function planAdapters(
  graph: DynamoGraphDeployment,
  observed: Pick<Observed, "find" | "serves">,
  replicasOf: (service: string) => number,
): AdapterPlan {
  const plan: AdapterPlan = { planned: [], warnings: [] };
  for (const [name, service] of servicesOf(graph)) {
    if (!needsAdapter(graph, name, service, observed)) continue;
    if (!observed.serves(scalingAdapters)) {
      plan.warnings.push({
        field: `spec.services[${name}].scalingAdapter.enabled`,
        message: `has no effect, because the API server does not serve ${scalingAdapters.kind}: ` +
          "install the CRDs of this version",
      });
      continue;
    }
    plan.planned.push({
      resource: scalingAdapters,
      manifest: adapterManifest(graph, name),
      policy: "own",
      initially: { spec: { replicas: replicasOf(name) } },
    });
  }
  return plan;
}

/**
 * Returns the replica counts that the scaling adapters of a graph request, keyed by service name. Omits a service if
 * the graph itself determines its replica count.
 */
export function adapterReplicas(
  graph: DynamoGraphDeployment,
  observed: Pick<Observed, "find">,
): Map<string, number> {
  return new Map(
    servicesOf(graph).flatMap(([name, service]) => {
      const adapter = liveAdapter(graph, name, observed);
      const replicas = adapter && determinedReplicas(adapter, service);
      return replicas === undefined ? [] : [[name, replicas]];
    }),
  );
}

/**
 * Returns the spec of a service with the given `replicas`. Returns the spec unchanged if it already requests this
 * number, explicitly or by default, or if `replicas` is undefined.
 */
export function withReplicas<T extends Pick<ComponentSpec, "replicas">>(
  spec: T,
  replicas: number | undefined,
): T {
  return replicas === undefined || replicas === requestedReplicas(spec)
    ? spec
    : { ...spec, replicas };
}

function needsAdapter(
  graph: DynamoGraphDeployment,
  name: string,
  service: ComponentSpec,
  observed: Pick<Observed, "find">,
): boolean {
  if (isScaled(service)) return true;
  const live = liveAdapter(graph, name, observed);
  return live !== undefined && determinedReplicas(live, service) !== undefined;
}

/**
 * Returns the stored adapter of a service if this adapter may set the replicas; otherwise undefined. The graph must
 * control the adapter or be able to adopt it. An adapter that is paused or being deleted does not set the replicas.
 */
function liveAdapter(
  graph: DynamoGraphDeployment,
  service: string,
  observed: Pick<Observed, "find">,
): DynamoGraphDeploymentScalingAdapter | undefined {
  const manifest = adapterManifest(graph, service);
  const live = observed.find(scalingAdapters, manifest.metadata.name);
  if (!live?.spec || isPaused(live) || live.metadata.deletionTimestamp) return undefined;
  return ownership(graph, live) === "owned" || isOrphan(manifest, live, hasSameIdentity)
    ? live
    : undefined;
}

/**
 * Returns the manifest of the adapter of a service. The manifest lacks `replicas`, because the operator sets this field
 * only when it creates the adapter.
 */
function adapterManifest(
  { metadata: { name, namespace } }: DynamoGraphDeployment,
  service: string,
) {
  return {
    apiVersion: scalingAdapters.apiVersion,
    kind: scalingAdapters.kind,
    metadata: {
      name: componentName(name, service),
      ...(namespace && { namespace }),
      labels: {
        [LABELS.component]: labelValue(service),
        [LABELS.graphName]: labelValue(name),
      },
    },
    spec: { dgdRef: { name, serviceName: service } },
  };
}

function servicesOf({ spec }: DynamoGraphDeployment): [string, ComponentSpec][] {
  return Object.entries(spec?.services ?? {}).sort(([a], [b]) => a < b ? -1 : 1);
}
