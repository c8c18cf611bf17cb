import { type AuditEntry, countBy, requestKind, writesOf } from "../../devcluster/audit_entry.ts";

/** The mutating requests of one account: everything but get, list and watch, and but those on Leases. */
export interface RequestCounts {
  total: number;
  /** Such as `patch deployments.apps`, most frequent first. */
  byKind: Record<string, number>;
  /** Those that the API server refused, by status. */
  refused: Record<string, number>;
}

/**
 * Counts the mutating requests of a user in entries of an audit log that has no reads.
 *
 * @param untilMs only those that came before this moment (milliseconds since 1970)
 */
export function requestCounts(
  user: string,
  entries: readonly AuditEntry[],
  untilMs = Infinity,
): RequestCounts {
  const writes = writesOf(user, entries).filter(({ receivedAt }) =>
    Date.parse(receivedAt) <= untilMs
  );
  return {
    total: writes.length,
    byKind: countBy(writes, requestKind),
    refused: countBy(writes.filter(({ code }) => code >= 400), ({ code }) => String(code)),
  };
}
