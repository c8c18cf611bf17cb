// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { AuditEntry } from "../../devcluster/audit_entry.ts";
import { auditEntry } from "../support/audit_entry.ts";
import { requestCounts } from "./request_counts.ts";

const OPERATOR = "system:serviceaccount:dynamo-system:dynamo-operator";

Deno.test("events and refused requests are counted; Leases and other users are not", () => {
  const counts = requestCounts(OPERATOR, [
    entry({ verb: "patch", group: "apps", resource: "deployments" }),
    entry({ verb: "patch", group: "apps", resource: "deployments", code: 409 }),
    entry({ verb: "create", group: "events.k8s.io", resource: "events" }),
    entry({ verb: "update", group: "coordination.k8s.io", resource: "leases" }),
    entry({ verb: "create", resource: "services", user: "admin" }),
  ]);
  assertEquals(counts, {
    total: 3,
    byKind: { "patch deployments.apps": 2, "create events.events.k8s.io": 1 },
    refused: { "409": 1 },
  });
});

Deno.test("requests after the given time are not counted", () => {
  const entries = [
    entry({ receivedAt: "2026-01-01T00:00:00.999999Z" }),
    entry({ receivedAt: "2026-01-01T00:00:01.500000Z" }),
  ];
  assertEquals(requestCounts(OPERATOR, entries, Date.parse("2026-01-01T00:00:01Z")).total, 1);
});

function entry(changes: Partial<AuditEntry>): AuditEntry {
  return auditEntry({ user: OPERATOR, ...changes });
}
