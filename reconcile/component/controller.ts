import type { DynamoComponentDeployment } from "../../crds/kinds/component.ts";
import { FINALIZER } from "../../crds/labels.ts";
import type { PlatformConfig } from "../dynamo/platform_config.ts";
import { components } from "../dynamo/resources.ts";
import type { Manager } from "../engine/manager.ts";
import { done, requeueAfter } from "../engine/outcome.ts";
import { addController, type ReconciledKind } from "../engine/reconcile.ts";
import { componentKinds } from "./children.ts";
import { gatherComponent, gatherMpi, isComponentPaused } from "./gather.ts";
import { usesMpiSecret } from "./mpi_secret.ts";
import { type ComponentObserved, type ComponentPlan, planComponent } from "./plan.ts";
import { createPodReader } from "./pod_report.ts";
import { generateSshKeyPair, type SshKeyPair } from "./ssh_key_pair.ts";
import { componentEvents, componentStatus, type PodReport } from "./status.ts";

/**
 * Adds the controller of components. It writes the children of each component and reports their state in the status.
 */
export function componentController(
  manager: Manager,
  { platform, workers }: { platform: PlatformConfig; workers: number },
): void {
  const kinds = manager.watch(componentKinds(platform));
  const readPods = createPodReader(manager);
  let key: Promise<SshKeyPair> | undefined;
  const newKey = () => key ??= generateSshKeyPair();
  const kind: ReconciledKind<
    DynamoComponentDeployment,
    ComponentObserved,
    ComponentPlan,
    PodReport
  > = {
    resource: components,
    async gather(component) {
      const isUsed = usesMpiSecret(component.spec);
      const mpi = await gatherMpi(component, isUsed, kinds.children, platform, newKey);
      return { ...gatherComponent(component, kinds), mpi };
    },
    plan: (component, observed) => planComponent(component, observed, platform),
    effects: readPods,
    status: componentStatus,
    afterStatus: (_view, _stored, { pollMs }) =>
      Promise.resolve(pollMs === undefined ? done : requeueAfter(pollMs)),
    emptyPlan: { planned: [], prune: [], problems: [], warnings: [] },
    isPaused: (component) => isComponentPaused(component, kinds.children.graphs),
    foreignFinalizer: FINALIZER,
    events: componentEvents,
  };
  addController(manager, kind, { kinds, workers });
}
