import type { DynamoComponentDeployment } from "../../crds/kinds/component.ts";
import { FINALIZER } from "../../crds/labels.ts";
import { createRecentValues } from "../../kube/recent_values.ts";
import { UPGRADE_CRDS } from "../dynamo/conditions.ts";
import type { PlatformConfig } from "../dynamo/platform_config.ts";
import { components } from "../dynamo/resources.ts";
import type { Manager } from "../engine/manager.ts";
import { addController } from "../engine/reconcile.ts";
import type { ReconciledKind } from "../engine/reconciled_kind.ts";
import { componentKinds } from "./children.ts";
import { gatherComponent, gatherMpi, isComponentPaused } from "./gather.ts";
import { usesMpiSecret } from "./mpi_secret.ts";
import { type ComponentObserved, type ComponentPlan, planComponent } from "./plan.ts";
import { createPodReader } from "./pod_report.ts";
import { recheck } from "./recheck.ts";
import type { SshKeyPair } from "./ssh_key_pair.ts";
import { unreadableStatus } from "../dynamo/unreadable_status.ts";
import { componentEvents, componentStatus, type PodReport } from "./status.ts";
import { actsOnComponentStatus, componentStatusDelayMs } from "./status_delay.ts";
import { createObservationRecord } from "./unobserved.ts";

/** Maximum number of components with a cached plan. A plan takes about 7 kB. */
const RECENT_COMPONENTS = 600;

/**
 * Adds the controller of components. The controller writes the children of each component and reports their state in
 * the status.
 */
export function componentController(
  manager: Manager,
  { platform, workers, newKey }: {
    platform: PlatformConfig;
    workers: number;
    /** Returns the key pair for new MPI Secrets. */
    newKey: () => Promise<SshKeyPair>;
  },
): void {
  const kinds = manager.watch(componentKinds(platform));
  const recent = createRecentValues(manager.clock, { maxValues: RECENT_COMPONENTS });
  const readPods = createPodReader(manager);
  const isBehind = createObservationRecord(manager.clock);
  const kind: ReconciledKind<
    DynamoComponentDeployment,
    ComponentObserved,
    ComponentPlan,
    PodReport
  > = {
    resource: components,
    gather: async (component) => ({
      ...gatherComponent(component, kinds, isBehind),
      mpi: await gatherMpi(
        component,
        usesMpiSecret(component.spec),
        kinds.children,
        platform,
        newKey,
      ),
    }),
    plan: (component, observed) => planComponent(component, observed, platform, recent),
    effects: readPods,
    status: componentStatus,
    statusDelayMs: componentStatusDelayMs,
    actsOnStatus: actsOnComponentStatus,
    unreadableStatus: ({ status }, unreadable, nowIso) =>
      unreadableStatus(status, unreadable, nowIso),
    afterStatus: (view, _stored, pods) => Promise.resolve(recheck(view, pods)),
    emptyPlan: { planned: [], prune: [], problems: [], warnings: [] },
    isPaused: (component) => isComponentPaused(component, kinds.children.graphs),
    upgradeCrd: UPGRADE_CRDS,
    foreignFinalizer: FINALIZER,
    events: componentEvents,
  };
  addController(manager, kind, { kinds, workers });
}
