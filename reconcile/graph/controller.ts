import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import { FINALIZER, isPaused } from "../../crds/labels.ts";
import type { Statement } from "../../kube/conditions.ts";
import { changeEvents } from "../apply/execution.ts";
import type { PlatformConfig } from "../dynamo/platform_config.ts";
import { graphs } from "../dynamo/resources.ts";
import type { Manager } from "../engine/manager.ts";
import { done, outcomeOf, POLL_INTERVAL_MS, requeueAfter } from "../engine/outcome.ts";
import { addController, type ReconciledKind } from "../engine/reconcile.ts";
import { servedOrchestrators } from "../workload/workloads.ts";
import { graphKinds } from "./children.ts";
import { podCliqueSetsOf } from "./grove.ts";
import { pruneObsoleteRbac } from "./obsolete_rbac.ts";
import { emptyPlan, type GraphObserved, type GraphPlan, planGraph } from "./plan.ts";
import { createPvcResizer } from "./resize_pvcs.ts";
import { graphEvents, graphStatus } from "./status.ts";

/** Adds the controller of graphs. It writes the children of each graph and reports their state in the status. */
export function graphController(
  manager: Manager,
  { platform, workers }: { platform: PlatformConfig; workers: number },
): void {
  const kinds = manager.watch(graphKinds(platform));
  const { client, executor } = manager;
  const recorder = manager.recorder(graphs.kind.toLowerCase());
  const kind: ReconciledKind<DynamoGraphDeployment, GraphObserved, GraphPlan, Statement[]> = {
    resource: graphs,
    gather: (graph) => ({
      ...kinds.observe(graph),
      served: servedOrchestrators(kinds.children),
      podCliqueSets: podCliqueSetsOf(graph, kinds.children.podCliqueSets),
    }),
    plan: (graph, observed) => planGraph(graph, observed, platform),
    effects: createPvcResizer(manager.client),
    status: graphStatus,
    emptyPlan: emptyPlan(),
    isPaused,
    foreignFinalizer: FINALIZER,
    events: graphEvents,
    async afterStatus({ object, plan, paused }, _stored, _effects, signal) {
      const { obsoleteRbac, rolledOut } = plan;
      if (paused || !rolledOut || obsoleteRbac.length === 0) return done;
      const pruned = await pruneObsoleteRbac(object, obsoleteRbac, { client, executor, signal });
      if (!pruned) return requeueAfter(POLL_INTERVAL_MS.WaitingForDeletion);
      for (const event of changeEvents(pruned)) recorder.event(object, event);
      return outcomeOf(pruned);
    },
  };
  addController(manager, kind, { kinds, workers });
}
