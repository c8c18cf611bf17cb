import type { DynamoComponentDeployment } from "../../crds/kinds/component.ts";
import { FINALIZER } from "../../crds/labels.ts";
import type { ControllerContext } from "../context.ts";
import { type ReconciledKind, reconcileObject } from "../engine/reconcile.ts";
import { CHILDREN_SETTLE_MS as settleMs, selfKey } from "../engine/watch.ts";
import { BY_OWNER } from "../informers.ts";
import { components } from "../dynamo/resources.ts";
import {
  componentsBeside,
  componentsOfChild,
  componentsOfModelService,
  componentsOfPaused,
  isPodAccount,
} from "./watch_keys.ts";
import { componentEvents } from "./events.ts";
import { gatherComponent, isComponentPaused } from "./gather.ts";
import { type ComponentObserved, type ComponentPlan, planComponent } from "./plan.ts";
import { componentStatus } from "./status.ts";

/** Keeps the children of components as planned and their status true. */
export function componentController(context: ControllerContext): void {
  const { manager, informers, executor, config, clock, workers } = context;
  const recorder = manager.recorder("dynamocomponentdeployment");
  const kind: ReconciledKind<DynamoComponentDeployment, ComponentObserved, ComponentPlan> = {
    resource: components,
    gather: (component) => gatherComponent(component, informers),
    plan: (component, observed) => planComponent(component, observed, config),
    status: componentStatus,
    emptyPlan: { planned: [], prune: [], problems: [] },
    isPaused: (component) => isComponentPaused(component, informers),
    foreignFinalizer: FINALIZER,
    report(view, before, after) {
      for (const event of componentEvents(view, before, after)) recorder.event(view.object, event);
    },
  };
  const { store } = informers.components;
  const reconcileContext = { client: manager.client, store, executor, clock };
  const ofChild = componentsOfChild(store);
  const beside = componentsBeside(store);
  manager.controller({
    name: "dynamocomponentdeployment",
    workers,
    resourceType: "DynamoComponentDeployment",
    reconcile: (key, signal) => reconcileObject(kind, reconcileContext, key, signal),
    watches: [
      { informer: informers.components, keys: selfKey, primary: true },
      { informer: informers.deployments, keys: ofChild, settleMs },
      { informer: informers.services, keys: ofChild, settleMs },
      { informer: informers.services, keys: componentsOfModelService(store) },
      { informer: informers.ingresses, keys: ofChild, settleMs },
      { informer: informers.graphs, keys: componentsOfPaused(store, BY_OWNER) },
      ...(informers.pullSecrets ? [{ informer: informers.pullSecrets, keys: beside }] : []),
      {
        informer: informers.serviceAccounts,
        keys: (account) => isPodAccount(account) ? beside(account) : [],
      },
    ],
  });
}
