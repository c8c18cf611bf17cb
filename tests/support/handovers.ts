// @ts-types="../../types/std/assert.d.ts"
import { assert } from "@std/assert";
import { type AuditEntry, isRead } from "../../devcluster/audit_entry.ts";

/** A handover: one operator stops writing to a namespace, and another operator starts writing to it. */
export interface Handover {
  namespace: string;
  /** User names of both operators in the audit log. */
  from: string;
  to: string;
  /** Milliseconds between the response to the last write of `from` and the arrival of the first write of `to`. */
  gapMs: number;
}

/**
 * Returns the writes of these operators to a namespace, except writes to Leases and Events.
 *
 * @param users user names of the operators in the audit log
 */
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
  let last: AuditEntry | undefined;
  for (const entry of ordered) {
    if (last && entry.user !== last.user) {
      const gapMs = timestampMs(entry.receivedAt) - timestampMs(last.completedAt);
      assert(
        gapMs >= 0,
        `"${entry.user}" wrote to "${namespace}" ${-gapMs} ms before the last write of "${last.user}" was complete: ` +
          `${describeWrite(entry)} came before the end of ${describeWrite(last)}`,
      );
      found.push({ namespace, from: last.user, to: entry.user, gapMs });
    }
    const endsLater = !last || timestampMs(entry.completedAt) > timestampMs(last.completedAt);
    if (entry.user !== last?.user || endsLater) last = entry;
  }
  return found;
}

function describeWrite({ verb, uri, code, receivedAt, completedAt }: AuditEntry): string {
  return `${verb} ${uri} (HTTP ${code}, ${receivedAt} to ${completedAt})`;
}

/** Parses an RFC 3339 timestamp into milliseconds since 1970. Unlike `Date`, this function keeps the microseconds. */
export function timestampMs(time: string): number {
  const [, fraction = "0"] = /\.(\d+)Z$/.exec(time) ?? [];
  return Date.parse(time.replace(/\.\d+Z$/, "Z")) + Number(`0.${fraction}`) * 1000;
}
