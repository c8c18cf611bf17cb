// @ts-types="../../types/std/assert.d.ts"
import { assert } from "@std/assert";
import { type AuditEntry, isRead } from "../../devcluster/audit_entry.ts";
import { namespaceWrites, timestampMs } from "./handovers.ts";

/** From the lapse of a marker to the first write there. */
const RESUME_MS = 2_000;

/**
 * Fails unless the operator's first write into a namespace after the last renewal of its marker came when the marker
 * had lapsed, and soon after that.
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
  assert(afterMs >= durationMs, `the marker counted for ${afterMs} of ${durationMs} ms only`);
  assert(afterMs < durationMs + RESUME_MS, `the marker counted for ${afterMs} ms`);
}
