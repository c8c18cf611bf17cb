import { type Condition, setConditions } from "../../kube/conditions.ts";
import { conditionOf, readiness, REASONS } from "./conditions.ts";

/** The part of a status that every kind has. */
export interface StatusWithConditions {
  observedGeneration?: number | undefined;
  conditions?: Condition[] | undefined;
}

/**
 * Returns a status in which condition `Ready` is Unknown, because the operator cannot read some kinds. Returns `status`
 * unchanged if it already reports these kinds, so that the operator does not write the same report again.
 *
 * Removes `Reconciling`, because the operator does not reconcile the object while it cannot read these kinds. Keeps
 * everything else as the last known state. In particular, `observedGeneration` does not change, because the operator
 * has not reconciled a newer generation.
 */
export function unreadableStatus<S extends StatusWithConditions | undefined>(
  status: S,
  { names, reason, sinceIso }: { names: string; reason: string; sinceIso: string },
  nowIso: string,
): S {
  if (!status) return status;
  const { conditions = [], observedGeneration = 0 } = status;
  const subject = `The operator cannot read ${names} (since `;
  if (unreadableMessage(status)?.startsWith(subject)) return status;
  const message = `${subject}${sinceIso}), so the status may be outdated: ${reason}`;
  const generation = Math.max(0, observedGeneration);
  const ready = setConditions(
    conditions,
    readiness("unknown", REASONS.kindUnreadable, message),
    { generation, nowIso },
  );
  const others = conditions.filter(({ type }) => type !== "Ready" && type !== "Reconciling");
  return { ...status, conditions: [...others, ...ready] };
}

/**
 * Returns the message in the status about kinds that the operator cannot read; undefined if there is no such message.
 */
export function unreadableMessage(status: StatusWithConditions | undefined): string | undefined {
  const ready = conditionOf(status, "Ready");
  return ready?.reason === REASONS.kindUnreadable ? ready.message : undefined;
}
