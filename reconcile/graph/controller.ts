import { getLogger } from "@logtape/logtape";
import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import { FINALIZER, isPaused } from "../../crds/labels.ts";
import { changeEvents } from "../apply/execution.ts";
import { generateSshKeyPair, type SshKeyPair } from "../component/ssh_key_pair.ts";
import { UPGRADE_CRDS } from "../dynamo/conditions.ts";
import type { PlatformConfig } from "../dynamo/platform_config.ts";
import { graphs } from "../dynamo/resources.ts";
import { unreadableStatus } from "../dynamo/unreadable_status.ts";
import type { Manager } from "../engine/manager.ts";
import { combineOutcomes, done, outcomeOf, requeueAfter } from "../engine/outcome.ts";
import { addController, type ReconciledKind, type Reconciliation } from "../engine/reconcile.ts";
import { podCliqueSetsOf } from "../grove/observed.ts";
import { createScaler } from "../grove/scale_writes.ts";
import { scalesOf } from "../grove/scaling.ts";
import { createWritePace } from "../grove/write_pace.ts";
import { graphKinds } from "./children.ts";
import { gatherGraph } from "./gather.ts";
import { createGrovePodReader, type GrovePods } from "./grove_pods.ts";
import { deletingStatus, firstStatusWaitMs } from "./grove_status.ts";
import { createRbacPruner } from "./obsolete_rbac.ts";
import { emptyPlan, type GraphObserved, type GraphPlan, planGraph } from "./plan.ts";
import { createPvcResizer, type ResizeResult } from "./resize_pvcs.ts";
import { graphEvents, graphStatus } from "./status.ts";

/** Results of the effects of a reconciliation. */
interface GraphEffects {
  resized: ResizeResult;
  pods: GrovePods;
  /** Time in milliseconds until the next write to Grove or the first status; Infinity if none waits. */
  waitMs: number;
}

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
  const resizePvcs = createPvcResizer(manager);
  const readGrovePods = createGrovePodReader(manager);
  const scale = createScaler(manager);
  const pace = createWritePace(clock);
  let key: Promise<SshKeyPair> | undefined;
  const gathering = { client, pace, platform, newKey: () => key ??= generateSshKeyPair() };
  const kind: ReconciledKind<DynamoGraphDeployment, GraphObserved, GraphPlan, GraphEffects> = {
    resource: graphs,
    gather: (graph, { signal }) => gatherGraph(graph, kinds, gathering, signal),
    plan: (graph, observed) => planGraph(graph, observed, platform),
    async effects(view, signal) {
      const resized = await resizePvcs(view, signal);
      const scaleWaitMs = await scaleOnGrove(view, signal);
      const pods = await readGrovePods(view, signal);
      const { object, plan, observed, execution } = view;
      const nowIso = new Date(clock.epochMs()).toISOString();
      const statusWaitMs = firstStatusWaitMs(object, plan, observed, execution, nowIso);
      const waits = [scaleWaitMs, plan.grove?.waitMs ?? 0, statusWaitMs];
      return { resized, pods, waitMs: Math.min(...waits.filter((waitMs) => waitMs > 0)) };
    },
    status(view, nowIso, { resized, pods }) {
      const { object, plan, observed, execution } = view;
      const isUnknown = firstStatusWaitMs(object, plan, observed, execution, nowIso) > 0;
      return isUnknown
        ? object.status
        : graphStatus(view, nowIso, resized.conditions, pods.findings);
    },
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
    async afterStatus({ object, plan, paused }, _stored, { resized, pods, waitMs }, signal) {
      const { obsoleteRbac: obsolete, formerAccounts, rolledOut } = plan;
      const isDue = !paused && rolledOut && (obsolete.length > 0 || formerAccounts !== undefined);
      const pruned = isDue ? await pruneRbac(object, { obsolete, formerAccounts }, signal) : {};
      const { execution } = pruned;
      for (const event of execution ? changeEvents(execution) : []) recorder.event(object, event);
      const waits = [resized.retryMs, pruned.retryMs, pods.retryMs, waitMs]
        .filter((waitMs) => waitMs !== undefined && waitMs < Infinity);
      return combineOutcomes([
        ...waits.map((waitMs) => requeueAfter(waitMs ?? 0)),
        execution ? outcomeOf({ ...execution, errors: [] }) : done,
      ]);
    },
  };
  addController(manager, kind, { kinds, workers });

  /**
   * Scales the PodCliques and PodCliqueScalingGroups of a graph. Adds the results to the execution. Returns the time in
   * milliseconds until the operator may scale; 0 if it does not wait.
   */
  async function scaleOnGrove(
    { plan, observed, execution, paused }: Reconciliation<
      DynamoGraphDeployment,
      GraphObserved,
      GraphPlan
    >,
    signal: AbortSignal,
  ): Promise<number> {
    const { grove } = observed;
    const scales = grove && plan.grove && !plan.grove.obsolete && !paused
      ? scalesOf(plan.grove.services, grove)
      : [];
    if (!grove?.podCliqueSet || scales.length === 0 || grove.scaleWaitMs > 0) {
      return scales.length > 0 ? grove?.scaleWaitMs ?? 0 : 0;
    }
    const { writes, errors, blocked, conflicts } = await scale(scales, signal);
    if (writes.length > 0) pace.scaled(grove.podCliqueSet);
    execution.writes.push(...writes);
    execution.errors.push(...errors);
    execution.blocked.push(...blocked);
    execution.conflicts.push(...conflicts);
    return 0;
  }
}
