import type { AuditEntry } from "../../devcluster/audit_entry.ts";

/**
 * Returns an audit log entry for a successful patch of a Service by user "operator". `changes` replaces fields.
 */
export function auditEntry(changes: Partial<AuditEntry> = {}): AuditEntry {
  return {
    id: "",
    user: "operator",
    userAgent: "",
    verb: "patch",
    group: "",
    resource: "services",
    subresource: "",
    namespace: "ns",
    name: "a",
    code: 200,
    message: "",
    uri: "/",
    receivedAt: "2026-01-01T00:00:00.000000Z",
    completedAt: "2026-01-01T00:00:00.000000Z",
    ...changes,
  };
}
