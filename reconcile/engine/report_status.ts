import type { Clock } from "../../kube/clock.ts";
import type { EventRecorder } from "../../kube/events.ts";
import { type KubeObject, objectKey } from "../../kube/object.ts";
import type { Store } from "../../kube/store.ts";
import { type StatusWrite, writeStatusIfChanged, type WriteTarget } from "./object_writes.ts";
import {
  combineOutcomes,
  done,
  type Outcome,
  outcomeOf,
  requeue,
  requeueAfter,
} from "./outcome.ts";
import type { RecordedChanges } from "./queue.ts";
import type {
  ChildPlan,
  ObjectWithStatus,
  ReconciledKind,
  Reconciliation,
} from "./reconciled_kind.ts";

/** A reconciliation that has written the children, and the status that results from it. */
export interface StatusReport<T extends ObjectWithStatus, Observed, Plan, Effects> {
  reconciliation: Reconciliation<T, Observed, Plan>;
  effects: Effects;
  status: T["status"];
  /** How long the stored status may stay outdated before `status` is written, in milliseconds. */
  delayMs: number;
  /** Time of the clock at which the object must be reconciled again for another reason. */
  againAtMs?: number;
}

/** Dependencies of {@linkcode reportStatus}. */
export interface ReportContext<T extends ObjectWithStatus> extends WriteTarget<T> {
  store: Pick<Store<T>, "get" | "write">;
  clock: Pick<Clock, "now">;
  recorder: Pick<EventRecorder, "event">;
  recorded: RecordedChanges | undefined;
}

/**
 * Writes the status of an object if it has changed, records events, and runs `afterStatus`. If the write must wait, the
 * function keeps itself in `hold`, so that the status can be written later without a new plan.
 *
 * @throws AggregateError if a child could not be written; the status already reports the error
 */
export async function reportStatus<
  T extends ObjectWithStatus,
  Observed,
  Plan extends ChildPlan,
  Effects,
>(
  kind: Pick<
    ReconciledKind<T, Observed, Plan, Effects>,
    "events" | "actsOnStatus" | "afterStatus"
  >,
  context: ReportContext<T>,
  report: StatusReport<T, Observed, Plan, Effects>,
): Promise<Outcome> {
  const { store, clock, recorder, recorded, hold, signal } = context;
  const { reconciliation, effects, status, delayMs, againAtMs = Infinity } = report;
  const { object, execution } = reconciliation;
  const write = await writeStatusIfChanged(context, object, status, delayMs);
  if (write.result === "notFound") return done;
  if (write.result === "conflict") return requeue;
  if (write.result === "written" || execution.writes.length > 0) {
    const events = kind.events?.(reconciliation, object.status, status) ?? [];
    for (const event of events) recorder.event(object, event);
  }
  if (isStoredAsWritten(write, store) && kind.actsOnStatus?.(reconciliation, status) === false) {
    recorded?.dropReminder();
  }
  const after = await kind.afterStatus?.(reconciliation, write.stored, effects, signal) ?? done;
  const again = againAtMs < Infinity ? requeueAfter(Math.max(0, againAtMs - clock.now())) : done;
  const others = combineOutcomes([after, again, outcomeOf(execution)]);
  if (write.result !== "held") return others;
  const othersMs = others.outcome === "requeueAfter" ? others.afterMs : 0;
  const againMs = others.outcome === "done" ? Infinity : othersMs;
  // A reconciliation that is requeued earlier must plan again. It writes the status, too.
  if (againMs > write.waitMs) {
    // The events of the writes to children are already recorded.
    const later = { ...reconciliation, execution: { ...execution, writes: [] } };
    const rest = { ...report, reconciliation: later, againAtMs: clock.now() + againMs };
    hold?.keep(object, () => reportStatus(kind, context, rest));
  }
  return combineOutcomes([others, requeueAfter(write.waitMs)]);
}

/**
 * Returns whether the store contains the object exactly as the status write returned it. If so, no other change to the
 * object has caused a `remind` call.
 */
function isStoredAsWritten<T extends KubeObject>(
  write: StatusWrite<T>,
  store: Pick<Store<T>, "get">,
): boolean {
  return write.result === "written" && write.isExact &&
    store.get(objectKey(write.stored.metadata))?.metadata.resourceVersion ===
      write.stored.metadata.resourceVersion;
}
