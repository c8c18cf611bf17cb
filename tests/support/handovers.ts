// @ts-types="../../types/std/assert.d.ts"
import { assert } from "@std/assert";
import { type AuditEntry, isRead } from "../../devcluster/audit_entry.ts";

/** A handover: one operator stops writing to a namespace, and another operator starts writing to it. */
export interface Handover {
  namespace: string;
  /** User names of both operators in the audit log. */
  from: string;
  to: string;
  /**
   * Milliseconds from the response to the last write of `from` until the API server received the first write of `to`.
   */
  gapMs: number;
}

/** Returns the writes of these operators (user names) in a namespace, except writes to Leases and Events. */
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
 * Returns the handovers of one namespace, the oldest first.
 *
 * @throws AssertionError if the API server received a write before it had responded to a write of another operator
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
        `"${user}" wrote to "${namespace}" ${-gapMs} ms before the last write of "${writer}" was complete: ${verb} ${uri}`,
      );
      found.push({ namespace, from: writer, to: user, gapMs });
    }
    writer = user;
    endedMs = Math.max(endedMs, timestampMs(completedAt));
  }
  return found;
}

/** Parses an RFC 3339 timestamp into milliseconds since 1970. Unlike `Date`, this function keeps the microseconds. */
export function timestampMs(time: string): number {
  const [, fraction = "0"] = /\.(\d+)Z$/.exec(time) ?? [];
  return Date.parse(time.replace(/\.\d+Z$/, "Z")) + Number(`0.${fraction}`) * 1000;
}
