import type { Statement } from "../../kube/conditions.ts";
import { NAME_CONFLICT } from "../apply/reasons.ts";
import { REASONS } from "./reasons.ts";

/** Returns the condition that reports foreign objects with the names of planned ones, if there are any. */
export function nameConflict(messages: readonly string[]): Statement[] {
  if (messages.length === 0) return [];
  return [{
    type: "NameConflict",
    status: "True",
    reason: NAME_CONFLICT,
    message: messages.join("; "),
  }];
}

/** Returns the condition that reports a pause, if the object or its graph is paused. */
export function pausedIf(paused: boolean): Statement[] {
  if (!paused) return [];
  return [{
    type: "Paused",
    status: "True",
    reason: REASONS.pausedByAnnotation,
    message:
      'The operator writes only the status, because annotation nvidia.com/paused is "true" on this object or on its graph',
  }];
}
