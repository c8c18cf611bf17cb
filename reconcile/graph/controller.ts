import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import { FINALIZER } from "../../crds/labels.ts";
import { isPaused } from "../../crds/paused.ts";
import type { ControllerContext } from "../context.ts";
import { type Concern, pass } from "../engine/reconcile.ts";
import { CHILDREN_SETTLE_MS as settleMs, selfKey } from "../engine/watch.ts";
import { PLANNER_SERVICE_ACCOUNT } from "../dynamo/names.ts";
import { graphs } from "../dynamo/resources.ts";
import { graphsOfChild, graphsOfClaim, graphsWithPlanner } from "./watch_keys.ts";
import { graphEvents } from "./events.ts";
import { gatherGraph } from "./gather.ts";
import { type GraphObserved, type GraphPlan, planGraph } from "./plan.ts";
import { graphStatus } from "./status.ts";

/** Keeps the children of graphs as planned and their status true. */
export function graphController(context: ControllerContext): void {
  const { manager, informers, executor, config, clock, workers } = context;
  const { client } = manager;
  const recorder = manager.recorder("dynamographdeployment");
  const concern: Concern<DynamoGraphDeployment, GraphObserved, GraphPlan> = {
    resource: graphs,
    gather: (graph) => gatherGraph(graph, informers),
    plan: (graph, observed) => planGraph(graph, observed, config),
    status: graphStatus,
    nothing: { planned: [], prune: [], problems: [], components: new Map() },
    isPaused,
    finalizer: FINALIZER,
    report(view, before, after) {
      for (const event of graphEvents(view, before, after)) recorder.event(view.object, event);
    },
  };
  const passContext = { client, store: informers.graphs.store, executor, clock };
  const ofChild = graphsOfChild(informers.graphs.store);
  const withPlanner = graphsWithPlanner(informers.graphs.store);
  manager.controller({
    name: "dynamographdeployment",
    workers,
    resourceType: "DynamoGraphDeployment",
    reconcile: (key, signal) => pass(concern, passContext, key, signal),
    watches: [
      { informer: informers.graphs, keys: selfKey, primary: true },
      { informer: informers.components, keys: ofChild, settleMs },
      { informer: informers.roles, keys: ofChild, settleMs },
      { informer: informers.claims, keys: graphsOfClaim(informers.graphs.store) },
      {
        informer: informers.serviceAccounts,
        settleMs,
        keys: (account) =>
          account.metadata.name === PLANNER_SERVICE_ACCOUNT
            ? withPlanner(account)
            : ofChild(account),
      },
      {
        informer: informers.roleBindings,
        settleMs,
        keys: (binding) =>
          binding.metadata.name === `${PLANNER_SERVICE_ACCOUNT}-binding`
            ? withPlanner(binding)
            : ofChild(binding),
      },
      ...(informers.clusterRoles ? [{ informer: informers.clusterRoles, keys: withPlanner }] : []),
    ],
  });
}
