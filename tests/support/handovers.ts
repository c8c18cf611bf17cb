// @ts-types="../../types/std/assert.d.ts"
import { assert } from "@std/assert";
import { type AuditEntry, isRead } from "../../devcluster/audit_entry.ts";

/** The change of a namespace from one operator to another. */
export interface Handover {
  namespace: string;
  from: string;
  to: string;
  /** Time from the end of the last write of one operator to the arrival of the first write of the other. */
  gapMs: number;
}

/** Returns all writes of these users in a namespace, except to Leases and Events, which no operator manages. */
export function namespaceWrites(
  entries: readonly AuditEntry[],
  users: readonly string[],
  namespace: string,
): AuditEntry[] {
  return entries.filter((entry) =>
    entry.namespace === namespace && users.includes(entry.user) && !isRead(entry) &&
    !["leases", "events"].includes(entry.resource)
  );
}

/**
 * Returns the handovers of one namespace in their order.
 *
 * @throws AssertionError if a write began before a write of another user had ended
 */
export function handoversIn(namespace: string, writes: readonly AuditEntry[]): Handover[] {
  const ordered = writes.toSorted((a, b) => timestampMs(a.receivedAt) - timestampMs(b.receivedAt));
  const found: Handover[] = [];
  let writer = "";
  let endedMs = -Infinity;
  for (const { user, verb, uri, receivedAt, completedAt } of ordered) {
    if (writer !== "" && user !== writer) {
      const gapMs = timestampMs(receivedAt) - endedMs;
      assert(
        gapMs >= 0,
        `"${user}" wrote to "${namespace}" ${-gapMs} ms before the last write of "${writer}" ended: ${verb} ${uri}`,
      );
      found.push({ namespace, from: writer, to: user, gapMs });
    }
    writer = user;
    endedMs = Math.max(endedMs, timestampMs(completedAt));
  }
  return found;
}

/** Returns the milliseconds since 1970 with their fraction, which `Date` would drop. */
export function timestampMs(time: string): number {
  const [, fraction = "0"] = /\.(\d+)Z$/.exec(time) ?? [];
  return Date.parse(time.replace(/\.\d+Z$/, "Z")) + Number(`0.${fraction}`) * 1000;
}
