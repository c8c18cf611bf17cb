import { type AuditEntry, countBy, requestKind, writesOf } from "../../devcluster/audit_entry.ts";

/** Numbers of mutating requests that one ServiceAccount sent, except requests for Leases. */
export interface RequestCounts {
  total: number;
  /** Number of requests, keyed by verb and resource, such as `patch deployments.apps`; the largest number first. */
  byKind: Record<string, number>;
  /** Number of requests that the API server refused, by HTTP status code. */
  refused: Record<string, number>;
}

/**
 * Counts the mutating requests of a user in these entries of the audit log.
 *
 * @param untilMs end of the counted period, in milliseconds since 1970; by default, the period includes all entries
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
