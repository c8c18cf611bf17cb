// @ts-types="../../types/std/assert.d.ts"
import { assert } from "@std/assert";
import { type AuditEntry, isRead } from "../../devcluster/audit_entry.ts";
import { namespaceWrites, timestampMs } from "./handovers.ts";

/** Maximum time between the expiry of a marker Lease and the next write of the cluster-wide operator. */
const RESUME_MS = 2_000;

/**
 * Asserts that a cluster-wide operator resumed writing to a namespace only after a marker Lease had expired, and at
 * most two seconds later. `entries` must contain the last renewal of the Lease.
 */
export function assertWritesResumeAfterExpiry(
  entries: readonly AuditEntry[],
  { user, namespace, durationMs }: { user: string; namespace: string; durationMs: number },
) {
  const renewal = entries.findLast((entry) =>
    entry.namespace === namespace && entry.resource === "leases" && !isRead(entry) &&
    entry.code < 300
  );
  const renewedMs = timestampMs(renewal?.receivedAt ?? "");
  const afterMs = namespaceWrites(entries, [user], namespace)
    .map(({ receivedAt }) => timestampMs(receivedAt) - renewedMs)
    .filter((ms) => ms > 0).sort((a, b) => a - b)[0] ?? NaN;
  assert(
    afterMs >= durationMs,
    `a marker Lease was respected for only ${afterMs} of ${durationMs} ms`,
  );
  assert(afterMs < durationMs + RESUME_MS, `a marker Lease was respected for ${afterMs} ms`);
}
