import { getLogger } from "@logtape/logtape";
import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import { FINALIZER, isPaused } from "../../crds/labels.ts";
import { createRecentValues } from "../../kube/recent_values.ts";
import { changeEvents } from "../apply/execution.ts";
import type { SshKeyPair } from "../component/ssh_key_pair.ts";
import { UPGRADE_CRDS } from "../dynamo/conditions.ts";
import type { PlatformConfig } from "../dynamo/platform_config.ts";
import { graphs } from "../dynamo/resources.ts";
import { unreadableStatus } from "../dynamo/unreadable_status.ts";
import type { Manager } from "../engine/manager.ts";
import {
  combineOutcomes,
  done,
  outcomeOf,
  POLL_INTERVAL_MS,
  requeueAfter,
} from "../engine/outcome.ts";
import { addController } from "../engine/reconcile.ts";
import type { ReconciledKind } from "../engine/reconciled_kind.ts";
import { podCliqueSetsOf } from "../grove/observed.ts";
import { createServiceScaler } from "../grove/scale_services.ts";
import { createWritePace } from "../grove/write_pace.ts";
import { graphKinds } from "./children.ts";
import { gatherGraph } from "./gather.ts";
import { createGrovePodReader, type GrovePods } from "./grove_pods.ts";
import { podLister } from "./former_pods.ts";
import { deletingStatus, firstStatusWaitMs } from "./grove_status.ts";
import { createRbacPruner } from "./obsolete_rbac.ts";
import type { GraphObserved } from "./observed.ts";
import { emptyPlan, type GraphPlan, planGraph } from "./plan.ts";
import { createPvcResizer, type ResizeResult } from "./resize_pvcs.ts";
import { graphEvents, graphStatus } from "./status.ts";
import { actsOnGraphStatus, graphStatusDelayMs } from "./status_delay.ts";

/** Results of the work that a reconciliation does after it applies the plan and before it writes the status. */
interface GraphEffects {
  resized: ResizeResult;
  pods: GrovePods;
  /** Time in milliseconds until the operator may scale objects of Grove; 0 if it may scale them now. */
  scaleWaitMs: number;
  /** Time in milliseconds until the operator may write the first status; 0 if it may write the status now. */
  statusWaitMs: number;
}

/** Maximum number of graphs with a cached plan. The plan of a graph with three services takes about 10 kB. */
const RECENT_GRAPHS = 200;

/** Adds the controller of graphs. It writes the children of each graph and reports their state in the status. */
export function graphController(
  manager: Manager,
  { platform, workers, newKey }: {
    platform: PlatformConfig;
    workers: number;
    /** Returns the SSH key pair for new MPI Secrets. */
    newKey: () => Promise<SshKeyPair>;
  },
): void {
  const kinds = manager.watch(graphKinds(platform));
  const name = graphs.kind.toLowerCase();
  const recent = createRecentValues(manager.clock, { maxValues: RECENT_GRAPHS });
  const recorder = manager.recorder(name);
  const log = getLogger(["engine", "controller", name]);
  const { client, executor, clock } = manager;
  const pruneRbac = createRbacPruner({ client, executor, clock, log });
  const resizePvcs = createPvcResizer(manager);
  const readGrovePods = createGrovePodReader(manager);
  const pace = createWritePace(clock);
  const scaleServices = createServiceScaler({ client, clock, pace });
  const gathering = { client, listPods: podLister(client), pace, platform, newKey };
  const kind: ReconciledKind<DynamoGraphDeployment, GraphObserved, GraphPlan, GraphEffects> = {
    resource: graphs,
    gather: (graph, { signal }) => gatherGraph(graph, kinds, gathering, signal),
    plan: (graph, observed) => planGraph(graph, observed, platform, recent),
    async effects(view, signal) {
      const resized = await resizePvcs(view, signal);
      const scaleWaitMs = await scaleServices(view, signal);
      const pods = await readGrovePods(view, signal);
      const nowIso = new Date(clock.epochMs()).toISOString();
      return { resized, pods, scaleWaitMs, statusWaitMs: firstStatusWaitMs(view, nowIso) };
    },
    status: (view, nowIso, { resized, pods, statusWaitMs }) =>
      statusWaitMs > 0
        ? view.object.status
        : graphStatus(view, nowIso, resized.conditions, pods.findings),
    statusDelayMs: graphStatusDelayMs,
    actsOnStatus: actsOnGraphStatus,
    unreadableStatus: ({ status }, unreadable, nowIso) =>
      unreadableStatus(status, unreadable, nowIso),
    deletingStatus(graph, { nowIso }) {
      const podCliqueSets = podCliqueSetsOf(graph, kinds.children.podCliqueSets);
      return Promise.resolve(deletingStatus(graph, { podCliqueSets }, nowIso));
    },
    emptyPlan: emptyPlan(),
    isPaused,
    upgradeCrd: UPGRADE_CRDS,
    foreignFinalizer: FINALIZER,
    events: graphEvents,
    async afterStatus({ object, plan, paused }, _stored, effects, signal) {
      const { obsoleteRbac: obsolete, formerAccounts, rolledOut } = plan;
      const isDue = !paused && rolledOut && (obsolete.length > 0 || formerAccounts !== undefined);
      const pruned = isDue ? await pruneRbac(object, { obsolete, formerAccounts }, signal) : {};
      const { execution } = pruned;
      for (const event of execution ? changeEvents(execution) : []) recorder.event(object, event);
      const waits = [
        effects.scaleWaitMs,
        effects.statusWaitMs,
        plan.grove?.waitMs,
        plan.remains.length > 0 ? POLL_INTERVAL_MS.WaitingForDeletion : 0,
        effects.resized.retryMs,
        effects.pods.retryMs,
        pruned.retryMs,
      ];
      return combineOutcomes([
        ...waits.map((waitMs) => waitMs ? requeueAfter(waitMs) : done),
        execution ? outcomeOf({ ...execution, errors: [] }) : done,
      ]);
    },
  };
  addController(manager, kind, { kinds, workers });
}
