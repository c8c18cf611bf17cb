import type { RestartStatus } from "../../crds/kinds/graph_restart.ts";
import type { EventContent } from "../../kube/events.ts";
import { REASONS } from "../dynamo/conditions.ts";

/** Returns the events about the start and the end of a restart. */
export function restartEvents(
  before: RestartStatus | undefined,
  after: RestartStatus | undefined,
): EventContent[] {
  if (!after || (before?.observedID === after.observedID && before?.phase === after.phase)) {
    return [];
  }
  const name = `Restart "${after.observedID}"`;
  const event = (type: "Normal" | "Warning", reason: string, note: string): EventContent[] => [
    { type, reason, action: "Restart", note: `${name} ${note}` },
  ];
  switch (after.phase) {
    case "Restarting":
      return event("Normal", REASONS.restartStarted, "has begun");
    case "Completed":
      return event("Normal", REASONS.restartCompleted, "is complete: all services are ready");
    case "Failed":
      return event(
        "Warning",
        REASONS.restartFailed,
        `has failed, because services cannot become ready: ${after.inProgress?.join(", ")}. ` +
          "No further service restarts. To try again, set another spec.restart.id",
      );
    case "Superseded":
      return event(
        "Warning",
        REASONS.restartSuperseded,
        "has ended, because the spec has changed. No further service restarts. " +
          "To restart all services, set another spec.restart.id",
      );
    default:
      return [];
  }
}
