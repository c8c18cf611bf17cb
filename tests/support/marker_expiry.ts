// @ts-types="../../types/std/assert.d.ts"
import { assert } from "@std/assert";
import { type AuditEntry, isRead } from "../../devcluster/audit_entry.ts";
import { namespaceWrites, timestampMs } from "./handovers.ts";

/** Maximum time from the expiry of a marker Lease to the first write of the operator that resumes writing. */
const RESUME_MS = 2_000;

/**
 * Finds the user's first write to the namespace after the last renewal of the marker Lease. Fails unless this write
 * happened after the Lease had expired, and at most two seconds after that.
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
