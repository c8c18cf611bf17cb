import { FINALIZER, isPaused } from "../../crds/labels.ts";
import type { DynamoModel } from "../../crds/kinds/model.ts";
import { UPGRADE_CRDS } from "../dynamo/conditions.ts";
import { models } from "../dynamo/resources.ts";
import { unreadableStatus } from "../dynamo/unreadable_status.ts";
import { done, type Outcome, requeueAfter } from "../engine/outcome.ts";
import type { ReconciledKind } from "../engine/reconciled_kind.ts";
import { adapterOf, isLora, recordedAdapter } from "./adapter.ts";
import { BY_SERVICE, serviceKey } from "./children.ts";
import { type Endpoint, endpointKey, endpointsOf } from "./endpoints.ts";
import { loadAdapter } from "./load.ts";
import { loadedNames, nameConflict } from "./name_conflict.ts";
import type { ModelContext } from "./model_context.ts";
import { type ModelObserved, type ModelPlan, planModel } from "./plan.ts";
import { modelEvents, modelStatus } from "./status.ts";
import { createUnloader } from "./unload.ts";

/** Delay in milliseconds until the next reconciliation, if the current one could not call all endpoints. */
const NEXT_RUN_MS = 100;

/**
 * Declares the reconciliation of DynamoModels. The operator loads LoRA adapters into the pods that serve the base
 * model. It reports which pods have loaded the adapter. For other types of models, it only reports the pods.
 */
export function modelKind(
  context: ModelContext,
): ReconciledKind<DynamoModel, ModelObserved, ModelPlan, ModelPlan> {
  const { own, serviceStore, slices, record } = context;
  const unload = createUnloader(context);

  function endpoints(model: DynamoModel): Endpoint[] {
    const key = serviceKey(model);
    return endpointsOf(serviceStore.get(key), slices.byIndex(BY_SERVICE, key));
  }

  /** Returns the names of the adapters that other models load into the same endpoints. */
  function othersAdapters(
    { metadata: { uid } }: DynamoModel,
    all: readonly DynamoModel[],
  ): ReadonlySet<string> {
    const others = all.filter(({ metadata }) =>
      metadata.uid !== uid && !metadata.deletionTimestamp
    );
    return loadedNames(others, all);
  }

  function gather(model: DynamoModel): ModelObserved {
    const adapter = adapterOf(model);
    const { uid = "" } = model.metadata;
    const found = endpoints(model);
    const all = own.byIndex(BY_SERVICE, serviceKey(model));
    const conflict = nameConflict(model, all);
    return {
      endpoints: found,
      states: new Map(
        adapter ? found.map((one) => [endpointKey(one), record.state(uid, one, adapter)]) : [],
      ),
      ...(conflict && { nameConflict: conflict }),
      othersAdapters: othersAdapters(model, all),
    };
  }

  /**
   * Returns whether the operator may continue to send requests for a model. The operator must stop if the model has
   * changed, if the deletion of the model has started, or if another operator manages the namespace.
   */
  function isCurrent({ metadata }: DynamoModel): boolean {
    if (!context.accepts(metadata.namespace)) return false;
    const current = own.get(metadata)?.metadata;
    return current?.uid === metadata.uid && current?.generation === metadata.generation &&
      !current?.deletionTimestamp;
  }

  return {
    resource: models,
    upgradeCrd: UPGRADE_CRDS,
    isPaused,
    gather,
    plan: planModel,
    emptyPlan: { problems: [], endpoints: [] },
    async effects({ object, plan, paused }, signal) {
      if (paused) return plan;
      await loadAdapter(context, object, plan, { isCurrent: () => isCurrent(object), signal });
      return planModel(object, gather(object));
    },
    status: (view, nowIso, plan) => modelStatus({ ...view, plan }, nowIso),
    events: (_view, before, after) => modelEvents(before, after),
    unreadableStatus: ({ status }, unreadable, nowIso) =>
      unreadableStatus(status, unreadable, nowIso),
    afterStatus: ({ paused }, _stored, plan) => Promise.resolve(paused ? done : nextRun(plan)),
    finalize: {
      // The Go operator uses the same finalizer, so each operator can clean up the models of the other operator.
      finalizer: FINALIZER,
      isNeeded: isLora,
      async cleanup(model, signal) {
        const observed = gather(model);
        const outcome = await unload(model, {
          names: adapterNames(model, observed),
          endpoints: observed.endpoints,
        }, signal);
        if (outcome.outcome === "done") record.forget(model.metadata.uid ?? "");
        return outcome;
      },
    },
  };
}

/** Returns the names of the adapters that endpoints may have loaded for this model and for no other model. */
function adapterNames(model: DynamoModel, { states, othersAdapters }: ModelObserved): string[] {
  const adapters = [
    recordedAdapter(model.status),
    adapterOf(model),
    ...[...states.values()].map(({ loaded }) => loaded),
  ];
  const names = new Set(adapters.flatMap((adapter) => adapter?.modelName ?? []));
  return [...names].filter((name) => !othersAdapters.has(name));
}

/** Requeues a model for the time when its next request to an endpoint is due. */
function nextRun({ endpoints }: ModelPlan): Outcome {
  const delaysMs = endpoints.flatMap(({ request, failed }) =>
    request ? [NEXT_RUN_MS] : failed ? [failed.waitMs] : []
  );
  return delaysMs.length > 0 ? requeueAfter(Math.max(NEXT_RUN_MS, Math.min(...delaysMs))) : done;
}
