import type { Statement } from "../../kube/conditions.ts";
import { sameJson } from "../../kube/json.ts";
import { conditionOf } from "./conditions.ts";

/** A status with conditions, as graphs and components have. */
export interface StatusWithConditions {
  conditions?: readonly Statement[] | undefined;
}

/**
 * Maximum time in milliseconds that a stored status may stay outdated during a rollout. A rollout changes counts and
 * messages every few milliseconds. With this delay, a fast rollout needs only one status write, at its end.
 */
export const PROGRESS_DELAY_MS = 2_000;

/** Fields of a status that change with the progress of a rollout. */
const PROGRESS_FIELDS = [
  ...["observedGeneration", "conditions", "state", "orchestrator", "service", "services"],
];
/** Conditions that change with the progress of a rollout. */
const PROGRESS_CONDITIONS = ["Available", "DynamoComponentReady", "Ready", "Reconciling"];

/**
 * Returns whether a new status reports only progress. The operator may delay the write of such a status. Condition
 * `Reconciling` must be True in both statuses, and all parts that a rollout does not change must be equal. So the delay
 * does not make clients wait longer for readiness. A stored status without conditions is the default of the CRD for a
 * new object. In that case, only the new status must have the condition.
 */
export function isProgress(
  before: StatusWithConditions | undefined,
  now: StatusWithConditions | undefined,
): boolean {
  const isNew = (before?.conditions ?? []).length === 0;
  return isInProgress(now) && (isNew || isInProgress(before)) &&
    sameJson(otherParts(before), otherParts(now));
}

function isInProgress(status: StatusWithConditions | undefined): boolean {
  return conditionOf(status, "Reconciling")?.status === "True";
}

/** Returns the parts of a status that do not depend on the progress of a rollout. */
function otherParts(status: StatusWithConditions = {}) {
  const fields = Object.entries(status).filter(([field]) => !PROGRESS_FIELDS.includes(field));
  const conditions = (status.conditions ?? [])
    .filter(({ type }) => !PROGRESS_CONDITIONS.includes(type))
    .map(({ type, status, reason, message }) => ({ type, status, reason, message }));
  return { fields: Object.fromEntries(fields), conditions };
}
