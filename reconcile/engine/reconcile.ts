import { getLogger } from "@logtape/logtape";
import type { Client } from "../../kube/client.ts";
import { type Clock, isoSeconds } from "../../kube/clock.ts";
import { ApiError, isConflict } from "../../kube/errors.ts";
import type { EventRecorder } from "../../kube/events.ts";
import { nameOfKey, objectKey } from "../../kube/object.ts";
import { resourceName } from "../../kube/resource.ts";
import type { Store } from "../../kube/store.ts";
import type { Executor } from "../apply/execute.ts";
import { type Execution, refOf } from "../apply/execution.ts";
import { readLive } from "../apply/read_live.ts";
import type { ChildTable } from "./child_kind.ts";
import type { Manager } from "./manager.ts";
import { setFinalizers, writeStatusIfChanged } from "./object_writes.ts";
import { done, type Outcome, requeue } from "./outcome.ts";
import type { RecordedChanges } from "./queue.ts";
import type { ChildPlan, ObjectWithStatus, ReconciledKind } from "./reconciled_kind.ts";
import { reportStatus } from "./report_status.ts";
import { createStatusHold, type StatusHold } from "./status_hold.ts";
import type { UnreadableKinds } from "./unreadable_kinds.ts";
import { createUnstoredFields, type UnstoredFields } from "./unstored_fields.ts";
import type { WatchedKinds } from "./watched_kinds.ts";

/** Dependencies of a reconciliation. */
export interface ReconcileContext<T extends ObjectWithStatus> {
  client: Pick<Client, "list" | "patch" | "patchStatus">;
  store: Pick<Store<T>, "get" | "write">;
  executor: Executor;
  clock: Clock;
  recorder: Pick<EventRecorder, "event">;
  /** Records the status fields that the API server does not store. By default, all fields are always sent. */
  unstored?: UnstoredFields;
  /** Delays status writes; by default, each status is written immediately. */
  hold?: StatusHold;
}

/** Adds the controller of a kind to the manager. */
export function addController<
  T extends ObjectWithStatus,
  Observed,
  Plan extends ChildPlan,
  Effects,
>(
  manager: Manager,
  kind: ReconciledKind<T, Observed, Plan, Effects>,
  { kinds, workers }: { kinds: WatchedKinds<T, ChildTable>; workers: number },
): void {
  const { client, executor, clock } = manager;
  const resourceType = kind.resource.kind;
  const name = kind.controllerName ?? resourceType.toLowerCase();
  const recorder = manager.recorder(name);
  const unstored = createUnstoredFields({
    kind: resourceName(kind.resource),
    log: getLogger(["engine", "controller", name]),
    remedy: kind.upgradeCrd,
  });
  manager.check(unstored.check);
  const hold = createStatusHold(clock);
  kinds.own.onChange(({ type, object }) => {
    if (type === "deleted") hold.end(objectKey(object.metadata));
  });
  const accepts = (key: string) => manager.accepts(nameOfKey(key).namespace);
  const context = { client, store: kinds.own.store, executor, clock, recorder, unstored, hold };
  manager.controller({
    name,
    workers,
    resourceType,
    kinds,
    heldStatuses: () => hold.size(accepts),
    reconcile: (key, signal, recorded) => reconcileObject(kind, context, key, signal, recorded),
    reportUnreadable: (key, unreadable, signal) =>
      reportUnreadable(kind, context, { key, unreadable, signal }),
  });
}

/**
 * Plans the children of one object, writes the differences, and runs `effects`. Then writes the status if it has
 * changed. After a write to a child, the function plans again, so that the status describes the new state.
 *
 * If only the delay of a status has ended since the previous reconciliation, the function writes this status without a
 * new plan.
 *
 * If the object is being deleted, the function only runs the cleanup, and writes a status that names the child for
 * which the deletion waits. The garbage collector deletes the children.
 *
 * @throws AggregateError if a child could not be written; the status already reports the error
 */
export async function reconcileObject<
  T extends ObjectWithStatus,
  Observed,
  Plan extends ChildPlan,
  Effects,
>(
  kind: ReconciledKind<T, Observed, Plan, Effects>,
  { client, store, executor, clock, recorder, unstored, hold }: ReconcileContext<T>,
  key: string,
  signal: AbortSignal,
  recorded?: RecordedChanges,
): Promise<Outcome> {
  const target = { client, resource: kind.resource, store, unstored, hold, signal };
  const nowIso = isoSeconds(clock.epochMs());
  let object = store.get(key);
  const writeHeldStatus = hold?.take(key, object);
  if (writeHeldStatus && recorded?.isOnlyDue) return await writeHeldStatus();

  const refused: Execution["errors"] = [];
  await kind.collectGarbage?.(key, object, signal);
  if (object) object = await updateFinalizers(object);
  if (!object || object.metadata.deletionTimestamp) hold?.end(key);
  if (!object) return done;
  if (object.metadata.deletionTimestamp) {
    const status = await kind.deletingStatus?.(object, { nowIso, signal });
    const write = status && await writeStatusIfChanged(target, object, status);
    return write?.result === "conflict" ? requeue : await cleanUp(object);
  }

  let observed = await kind.gather(object, { nowIso, signal });
  let { plan, errors } = tryPlan(kind, object, observed);
  const { planned = [], prune = [], pruneDependentsFirst } = plan;
  const paused = kind.isPaused(object);
  const parent = object;
  const execution = await executor.execute({
    parent,
    planned,
    prune,
    pruneDependentsFirst,
    paused,
    confirmParent: async () => {
      const live = await readLive(parent, target);
      return live !== undefined && !live.metadata.deletionTimestamp;
    },
    signal,
  });
  let isSettled = false;
  if (execution.writes.length > 0) {
    recorded?.mark();
    observed = await kind.gather(object, { nowIso, signal });
    ({ plan, errors } = tryPlan(kind, object, observed));
    isSettled = !kind.collectGarbage && kind.isPaused(object) === paused && errors.length === 0 &&
      isComplete(execution) &&
      executor.isCurrent({ parent, planned: plan.planned ?? [], prune: plan.prune ?? [] });
  }
  execution.errors.push(...refused, ...errors);

  const reconciliation = {
    object,
    plan,
    observed,
    execution,
    paused,
    ...(unstored && { unstored: unstored.fields }),
  };
  const effects = await kind.effects?.(reconciliation, signal);
  if (kind.effects && effects === undefined) return requeue;
  const status = kind.status(reconciliation, nowIso, effects as Effects);
  // After a conflict, the backoff already delays the next reconciliation. So the status must not wait longer.
  const delayMs = execution.conflicts.length > 0
    ? 0
    : kind.statusDelayMs?.(reconciliation, status) ?? 0;
  const outcome = await reportStatus(kind, { ...target, clock, recorder, recorded }, {
    reconciliation,
    effects: effects as Effects,
    status,
    delayMs,
  });
  // After `mark()`, the controller has read the children again, and they match the new plan. So the changes before
  // `mark()` do not require another reconciliation.
  if (isSettled && (outcome.outcome === "done" || outcome.outcome === "requeueAfter")) {
    recorded?.dropMarked();
  }
  return outcome;

  /**
   * Removes `kind.foreignFinalizer`. Adds the finalizer of the kind to an object that needs it, and removes it from any
   * other object. Returns undefined if the object does not exist.
   *
   * An obsolete finalizer only delays a deletion. If the API server refuses to remove it, the reconciliation continues
   * unless the object is being deleted. The status reports the refusal.
   */
  async function updateFinalizers(object: T): Promise<T | undefined> {
    const { finalizers = [], deletionTimestamp } = object.metadata;
    const isNeeded = kind.finalize?.isNeeded?.(object) ?? true;
    const own = isNeeded ? kind.finalize?.finalizer : undefined;
    const obsolete = [kind.foreignFinalizer, isNeeded ? undefined : kind.finalize?.finalizer];
    const updated = finalizers.filter((finalizer) => !obsolete.includes(finalizer));
    const adds = own !== undefined && !deletionTimestamp && !kind.isPaused(object) &&
      !updated.includes(own);
    if (adds) updated.push(own);
    if (!adds && updated.length === finalizers.length) return object;
    try {
      return await setFinalizers(target, object, updated);
    } catch (error) {
      const isRefusal = error instanceof ApiError && !isConflict(error);
      if (adds || deletionTimestamp || !isRefusal) throw error;
      refused.push({ ref: refOf(object), error });
      return object;
    }
  }

  async function cleanUp(object: T): Promise<Outcome> {
    const { finalizers = [] } = object.metadata;
    if (!kind.finalize || !finalizers.includes(kind.finalize.finalizer)) return done;
    const { finalizer, cleanup } = kind.finalize;
    const outcome = await cleanup(object, signal);
    if (outcome.outcome !== "done") return outcome;
    await setFinalizers(target, object, finalizers.filter((other) => other !== finalizer));
    return done;
  }
}

/**
 * Writes the status of an object that the controller cannot reconcile, because it cannot read a kind. Writes nothing if
 * the object is paused or being deleted, or if the status already reports the kinds.
 */
export async function reportUnreadable<T extends ObjectWithStatus>(
  kind: Pick<
    ReconciledKind<T, unknown, ChildPlan>,
    "resource" | "isPaused" | "unreadableStatus"
  >,
  { client, store, clock, unstored }: Omit<ReconcileContext<T>, "executor" | "recorder">,
  { key, unreadable, signal }: { key: string; unreadable: UnreadableKinds; signal: AbortSignal },
): Promise<Outcome> {
  const object = store.get(key);
  if (!object || object.metadata.deletionTimestamp || kind.isPaused(object)) return done;
  const status = kind.unreadableStatus(object, unreadable, isoSeconds(clock.epochMs()));
  const target = { client, resource: kind.resource, store, unstored, signal };
  const { result } = await writeStatusIfChanged(target, object, status);
  return result === "conflict" ? requeue : done;
}

function isComplete({ errors, blocked, conflicts, notices = [] }: Execution): boolean {
  return errors.length + blocked.length + conflicts.length + notices.length === 0;
}

/** Plans an object. If the planning code throws, only this object fails: its status and the log report the error. */
function tryPlan<T extends ObjectWithStatus, Observed, Plan extends ChildPlan>(
  kind: Pick<ReconciledKind<T, Observed, Plan>, "plan" | "emptyPlan">,
  object: T,
  observed: Observed,
): { plan: Plan; errors: Execution["errors"] } {
  try {
    return { plan: kind.plan(object, observed), errors: [] };
  } catch (error) {
    return { plan: kind.emptyPlan, errors: [{ ref: refOf(object), error }] };
  }
}
