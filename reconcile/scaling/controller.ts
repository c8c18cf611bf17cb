import { FINALIZER, isPaused } from "../../crds/labels.ts";
import type { DynamoGraphDeploymentScalingAdapter } from "../../crds/kinds/scaling_adapter.ts";
import { controllerOf } from "../apply/ownership.ts";
import { UPGRADE_CRDS } from "../dynamo/conditions.ts";
import { graphs, scalingAdapters } from "../dynamo/resources.ts";
import { unreadableStatus } from "../dynamo/unreadable_status.ts";
import type { Manager } from "../engine/manager.ts";
import { addController } from "../engine/reconcile.ts";
import type { ReconciledKind } from "../engine/reconciled_kind.ts";
import { scalingKinds } from "./children.ts";
import { type Scaling, scalingOf } from "./scaling.ts";
import { scalingEvents, type ScalingObserved, scalingStatus } from "./status.ts";
import { createReplicaWriter } from "./write_replicas.ts";

/**
 * Adds the controller of scaling adapters. For each adapter, the controller writes the requested replicas to the graph.
 */
export function scalingController(manager: Manager, { workers }: { workers: number }): void {
  const { client, clock } = manager;
  const kinds = manager.watch(scalingKinds());
  const write = createReplicaWriter({ client, clock, store: kinds.children.graphs.store });
  const graphOf = ({ metadata: { namespace }, spec }: DynamoGraphDeploymentScalingAdapter) =>
    spec && kinds.children.graphs.get({ namespace, name: spec.dgdRef.name });
  const kind: ReconciledKind<
    DynamoGraphDeploymentScalingAdapter,
    ScalingObserved,
    Scaling,
    boolean
  > = {
    resource: scalingAdapters,
    // The Go operator uses the same name for this controller.
    controllerName: "dgdscalingadapter",
    gather: (adapter) => ({ graph: graphOf(adapter) }),
    plan: (adapter, { graph }) => scalingOf(adapter, graph),
    async effects({ object, plan: { change }, observed: { graph }, execution, paused }, signal) {
      if (!graph || !change || paused) return false;
      return await write({ adapter: object, graph, change }, execution, signal);
    },
    // If the graph was deleted, the status stays unchanged, because the garbage collector will delete the adapter.
    status: (view, nowIso, written) =>
      view.observed.graph === undefined && controllerOf(view.object)?.kind === graphs.kind
        ? view.object.status
        : scalingStatus(view, nowIso, written),
    unreadableStatus: ({ status }, unreadable, nowIso) =>
      unreadableStatus(status, unreadable, nowIso),
    emptyPlan: {},
    isPaused(adapter) {
      const graph = graphOf(adapter);
      return isPaused(adapter) || (graph !== undefined && isPaused(graph));
    },
    upgradeCrd: UPGRADE_CRDS,
    foreignFinalizer: FINALIZER,
    events: scalingEvents,
  };
  addController(manager, kind, { kinds, workers });
}
