import type { ComponentStatus } from "../../crds/kinds/component.ts";
import type { EventContent } from "../../kube/event_manifest.ts";
import { changeEvents } from "../apply/execution.ts";
import type { Reconciliation } from "../engine/reconcile.ts";
import { STUCK } from "./status.ts";

/**
 * Returns the events of a reconciliation: children that were pruned or repaired, and a condition that only a user can
 * change, once as long as its message stays the same.
 */
export function componentEvents(
  { execution }: Pick<Reconciliation<unknown, unknown, unknown>, "execution">,
  before: ComponentStatus | undefined,
  after: ComponentStatus | undefined,
): EventContent[] {
  const events = changeEvents(execution);
  const now = availability(after);
  if (now && STUCK.has(now.reason) && now.message !== availability(before)?.message) {
    events.push({ type: "Warning", reason: now.reason, action: "Reconcile", note: now.message });
  }
  return events;
}

function availability(status: ComponentStatus | undefined) {
  return status?.conditions.find(({ type }) => type === "Available");
}
