import { type AuditEntry, countBy, requestKind, writesOf } from "../../devcluster/audit_entry.ts";

/** Mutating requests of one ServiceAccount: all but get, list and watch, and all but those on Leases. */
export interface RequestCounts {
  total: number;
  /** By kind, such as `patch deployments.apps`, most frequent first. */
  byKind: Record<string, number>;
  /** Requests that the API server refused, by status code. */
  refused: Record<string, number>;
}

/**
 * Counts the mutating requests of a user in entries of an audit log without reads.
 *
 * @param untilMs counts only requests received up to this time (milliseconds since 1970)
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
