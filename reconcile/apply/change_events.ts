import type { EventContent } from "../../kube/events.ts";
import { describeRef, type Execution } from "./execution.ts";
import { PLAN_HASH } from "./plan_hash.ts";
import { DRIFT_REPAIRED, PRUNED } from "./reasons.ts";

const MAX_NAMED = 10;

/**
 * Returns the events about the writes of one reconciliation: pruned objects, and objects whose drift was repaired. Writes
 * that follow from a change of the parent are not reported.
 */
export function changeEvents({ writes }: Pick<Execution, "writes">): EventContent[] {
  const events: EventContent[] = [];
  const pruned = writes.filter(({ verb }) => verb === "delete");
  if (pruned.length > 0) {
    events.push({
      type: "Normal",
      reason: PRUNED,
      action: "Delete",
      note: `Deleted ${list(pruned)}: no longer planned`,
    });
  }
  const repaired = writes.filter(({ verb, why }) =>
    (verb === "apply" || verb === "replace") && !why.some((path) => path.endsWith(PLAN_HASH))
  );
  if (repaired.length > 0) {
    const fields = [...new Set(repaired.flatMap(({ why }) => why))].slice(0, MAX_NAMED);
    events.push({
      type: "Normal",
      reason: DRIFT_REPAIRED,
      action: "Apply",
      note: `Repaired drift of ${list(repaired)}: ${fields.join(", ")}`,
    });
  }
  return events;
}

function list(writes: Execution["writes"]): string {
  const names = writes.slice(0, MAX_NAMED).map(({ ref: { kind, name } }) =>
    describeRef({ kind, name })
  );
  return writes.length > MAX_NAMED
    ? `${names.join(", ")} and ${writes.length - MAX_NAMED} more`
    : names.join(", ");
}
