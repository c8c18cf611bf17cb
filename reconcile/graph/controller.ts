import { getLogger } from "@logtape/logtape";
import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import { FINALIZER, isPaused } from "../../crds/labels.ts";
import { changeEvents } from "../apply/execution.ts";
import { UPGRADE_CRDS } from "../dynamo/conditions.ts";
import type { PlatformConfig } from "../dynamo/platform_config.ts";
import { graphs } from "../dynamo/resources.ts";
import type { Manager } from "../engine/manager.ts";
import { combineOutcomes, done, outcomeOf, requeueAfter } from "../engine/outcome.ts";
import { addController, type ReconciledKind } from "../engine/reconcile.ts";
import { graphKinds } from "./children.ts";
import { gatherGraph } from "./gather.ts";
import { createRbacPruner } from "./obsolete_rbac.ts";
import { emptyPlan, type GraphObserved, type GraphPlan, planGraph } from "./plan.ts";
import { createPvcResizer, type ResizeResult } from "./resize_pvcs.ts";
import { unreadableStatus } from "../dynamo/unreadable_status.ts";
import { graphEvents, graphStatus } from "./status.ts";

/** Adds the controller of graphs. It writes the children of each graph and reports their state in the status. */
export function graphController(
  manager: Manager,
  { platform, workers }: { platform: PlatformConfig; workers: number },
): void {
  const kinds = manager.watch(graphKinds(platform));
  const name = graphs.kind.toLowerCase();
  const recorder = manager.recorder(name);
  const log = getLogger(["engine", "controller", name]);
  const { client, executor, clock } = manager;
  const pruneRbac = createRbacPruner({ client, executor, clock, log });
  const kind: ReconciledKind<DynamoGraphDeployment, GraphObserved, GraphPlan, ResizeResult> = {
    resource: graphs,
    gather: (graph) => gatherGraph(graph, kinds),
    plan: (graph, observed) => planGraph(graph, observed, platform),
    effects: createPvcResizer(manager),
    status: (view, nowIso, { conditions }) => graphStatus(view, nowIso, conditions),
    unreadableStatus: ({ status }, unreadable, nowIso) =>
      unreadableStatus(status, unreadable, nowIso),
    emptyPlan: emptyPlan(),
    isPaused,
    upgradeCrd: UPGRADE_CRDS,
    foreignFinalizer: FINALIZER,
    events: graphEvents,
    async afterStatus({ object, plan, paused }, _stored, resized, signal) {
      const { obsoleteRbac: obsolete, formerAccounts, rolledOut } = plan;
      const isDue = !paused && rolledOut && (obsolete.length > 0 || formerAccounts !== undefined);
      const pruned = isDue ? await pruneRbac(object, { obsolete, formerAccounts }, signal) : {};
      const { execution } = pruned;
      for (const event of execution ? changeEvents(execution) : []) recorder.event(object, event);
      return combineOutcomes([
        ...[resized, pruned].map(({ retryMs }) =>
          retryMs === undefined ? done : requeueAfter(retryMs)
        ),
        execution ? outcomeOf({ ...execution, errors: [] }) : done,
      ]);
    },
  };
  addController(manager, kind, { kinds, workers });
}
