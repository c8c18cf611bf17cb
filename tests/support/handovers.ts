// @ts-types="../../types/std/assert.d.ts"
import { assert } from "@std/assert";
import { type AuditEntry, isRead } from "../../devcluster/audit_entry.ts";

/** The change from one writer of a namespace to the next. */
export interface Handover {
  namespace: string;
  from: string;
  to: string;
  /** From the end of the last write of the one to the arrival of the first write of the other. */
  gapMs: number;
}

/** All that operators have done to objects of a namespace: Leases and Events tell of them, and are not theirs to manage. */
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
 * The changes of writer in one namespace, in their order.
 *
 * @throws AssertionError if a write of one writer began before one of another had ended
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
        `"${user}" wrote into "${namespace}" ${-gapMs} ms before "${writer}" was done: ${verb} ${uri}`,
      );
      found.push({ namespace, from: writer, to: user, gapMs });
    }
    writer = user;
    endedMs = Math.max(endedMs, timestampMs(completedAt));
  }
  return found;
}

/** Milliseconds with their fraction: `Date` forgets the microseconds. */
export function timestampMs(time: string): number {
  const [, fraction = "0"] = /\.(\d+)Z$/.exec(time) ?? [];
  return Date.parse(time.replace(/\.\d+Z$/, "Z")) + Number(`0.${fraction}`) * 1000;
}
