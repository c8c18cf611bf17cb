import type { EventContent } from "../../kube/event_manifest.ts";
import { describeRef, type Execution } from "./execution.ts";
import { PLAN_HASH } from "./plan_hash.ts";

const MOST_NAMED = 10;

/**
 * What people should hear of the writes of one pass: objects taken away, and objects put right that somebody else had
 * changed. What follows from a change of the parent is no news.
 */
export function changeEvents({ writes }: Pick<Execution, "writes">): EventContent[] {
  const events: EventContent[] = [];
  const removed = writes.filter(({ verb }) => verb === "delete");
  if (removed.length > 0) {
    events.push({
      type: "Normal",
      reason: "Pruned",
      action: "Delete",
      note: `Removed ${list(removed)}, no longer asked for`,
    });
  }
  const repaired = writes.filter(({ verb, why }) =>
    (verb === "apply" || verb === "replace") && !why.some((path) => path.endsWith(PLAN_HASH))
  );
  if (repaired.length > 0) {
    const fields = [...new Set(repaired.flatMap(({ why }) => why))].slice(0, MOST_NAMED);
    events.push({
      type: "Normal",
      reason: "DriftRepaired",
      action: "Apply",
      note: `Put right ${list(repaired)}: ${fields.join(", ")}`,
    });
  }
  return events;
}

function list(writes: Execution["writes"]): string {
  const names = writes.slice(0, MOST_NAMED).map(({ ref: { kind, name } }) =>
    describeRef({ apiVersion: "", kind, name })
  );
  return writes.length > MOST_NAMED
    ? `${names.join(", ")} and ${writes.length - MOST_NAMED} more`
    : names.join(", ");
}
