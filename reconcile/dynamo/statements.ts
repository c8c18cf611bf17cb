import type { Statement } from "../../kube/conditions.ts";

/** The condition that says whose objects are in the way; nothing if none are. */
export function nameConflict(messages: readonly string[]): Statement[] {
  if (messages.length === 0) return [];
  return [{
    type: "NameConflict",
    status: "True",
    reason: "NameConflict",
    message: messages.join("; "),
  }];
}

/** The condition that says that nothing is written. */
export function pausedIf(paused: boolean): Statement[] {
  if (!paused) return [];
  return [{
    type: "Paused",
    status: "True",
    reason: "PausedByAnnotation",
    message: 'Nothing is written: annotation nvidia.com/paused is "true" here or on the graph',
  }];
}
