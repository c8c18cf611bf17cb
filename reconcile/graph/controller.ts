import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import { FINALIZER, isPaused } from "../../crds/labels.ts";
import type { PlatformConfig } from "../dynamo/platform_config.ts";
import { graphs } from "../dynamo/resources.ts";
import type { Manager } from "../engine/manager.ts";
import { type ReconciledKind, reconcileObject } from "../engine/reconcile.ts";
import { servedOrchestrators } from "../workload/workloads.ts";
import { graphKinds } from "./children.ts";
import { graphEvents } from "./events.ts";
import { type GraphObserved, type GraphPlan, planGraph } from "./plan.ts";
import { graphStatus } from "./status.ts";

/** Adds the controller that keeps the children of graphs as planned and reports their state in the status. */
export function graphController(
  manager: Manager,
  { platform, workers }: { platform: PlatformConfig; workers: number },
): void {
  const { client, executor, clock } = manager;
  const kinds = manager.watch(graphKinds(platform));
  const recorder = manager.recorder("dynamographdeployment");
  const kind: ReconciledKind<DynamoGraphDeployment, GraphObserved, GraphPlan> = {
    resource: graphs,
    gather: (graph) => ({ ...kinds.observe(graph), served: servedOrchestrators(kinds.children) }),
    plan: (graph, observed) => planGraph(graph, observed, platform),
    status: graphStatus,
    emptyPlan: { planned: [], prune: [], problems: [], components: new Map() },
    isPaused,
    foreignFinalizer: FINALIZER,
    report(view, before, after) {
      for (const event of graphEvents(view, before, after)) recorder.event(view.object, event);
    },
  };
  const context = { client, store: kinds.own.store, executor, clock };
  manager.controller({
    name: "dynamographdeployment",
    workers,
    resourceType: "DynamoGraphDeployment",
    kinds,
    reconcile: (key, signal) => reconcileObject(kind, context, key, signal),
  });
}
