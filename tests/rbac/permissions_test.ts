// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { AuditEntry } from "../../devcluster/audit_entry.ts";
import { auditEntry } from "../support/audit_entry.ts";
import {
  deniedByRbac,
  describePermission,
  type Permission,
  permissionsOf,
  unusedPermissions,
  withoutDeletedNamespaces,
} from "./permissions.ts";

const STATUS = { group: "nvidia.com", resource: "dynamographdeployments/status", verb: "patch" };
const DEPLOYMENT = { group: "apps", resource: "deployments" };

function entry(changes: Partial<AuditEntry>): AuditEntry {
  return auditEntry({ group: "apps", resource: "deployments", ...changes });
}

function unused(permissions: Permission[], ...entries: Partial<AuditEntry>[]): string[] {
  return unusedPermissions(permissions, entries.map(entry)).map(describePermission);
}

Deno.test("rules are split into distinct permissions", () => {
  const rule = { apiGroups: ["apps"], resources: ["deployments"], verbs: ["list", "patch"] };
  const named = { apiGroups: [""], resources: ["pods/log"], verbs: ["get"], resourceNames: ["a"] };
  assertEquals(permissionsOf([rule, rule, named]).map(describePermission), [
    "list deployments.apps",
    "patch deployments.apps",
    'get pods/log "a"',
  ]);
});

Deno.test("an apply uses two permissions if it creates the object, otherwise one", () => {
  const permissions = ["create", "patch"].map((verb) => ({ ...DEPLOYMENT, verb }));
  assertEquals(unused(permissions, { code: 201 }), []);
  assertEquals(unused(permissions, { code: 200 }), ["create deployments.apps"]);
});

Deno.test("a failed request has used its permission, a denied request has not", () => {
  const permissions = [{ ...DEPLOYMENT, verb: "delete" }];
  assertEquals(unused(permissions, { verb: "delete", code: 404 }), []);
  assertEquals(unused(permissions, { verb: "delete", code: 403 }), ["delete deployments.apps"]);
});

Deno.test("a permission for a subresource or for one name is used only by requests for that subresource or name", () => {
  const graph = { group: "nvidia.com", resource: "dynamographdeployments" };
  assertEquals(unused([STATUS], graph), [describePermission(STATUS)]);
  assertEquals(unused([STATUS], { ...graph, subresource: "status" }), []);
  const named = { ...DEPLOYMENT, verb: "list", name: "a" };
  assertEquals(unused([named], { verb: "list", name: "" }), ['list deployments.apps "a"']);
  assertEquals(unused([named], { verb: "list", name: "a" }), []);
});

Deno.test("errors of admission do not count as denied requests", () => {
  const messages = [
    'roles "x" is forbidden: unable to create new content in namespace ns because it is being terminated',
    'virtualservices.networking.istio.io "x" is forbidden: create not allowed while custom resource definition is terminating',
    'services "x" is forbidden: exceeded quota: one',
    'persistentvolumeclaims "x" is forbidden: only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize',
    'deployments.apps is forbidden: User "operator" cannot list resource "deployments"',
  ];
  const entries = messages.map((message) => entry({ code: 403, message }));
  assertEquals(
    deniedByRbac([entry({}), ...entries]).map(({ message }) => message),
    messages.slice(4),
  );
});

Deno.test("only requests after the deletion of their namespace are left out", () => {
  const deletion = entry({
    verb: "delete",
    group: "",
    resource: "namespaces",
    name: "a",
    receivedAt: "2026-01-01T00:00:01.000000Z",
  });
  const at = (namespace: string, completedAt: string) => entry({ namespace, completedAt });
  const before = at("a", "2026-01-01T00:00:00.900000Z");
  const after = at("a", "2026-01-01T00:00:01.100000Z");
  const elsewhere = at("b", "2026-01-01T00:00:01.100000Z");
  assertEquals(withoutDeletedNamespaces([before, after, elsewhere], [deletion]), [
    before,
    elsewhere,
  ]);
});
