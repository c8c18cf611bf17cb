// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { AuditEntry } from "../../devcluster/audit_entry.ts";
import {
  describePermission,
  forbidden,
  type Permission,
  permissionsOf,
  unusedPermissions,
} from "./permissions.ts";

const STATUS = { group: "nvidia.com", resource: "dynamographdeployments/status", verb: "patch" };
const DEPLOYMENT = { group: "apps", resource: "deployments" };

function entry(changes: Partial<AuditEntry>): AuditEntry {
  return {
    id: "1",
    user: "operator",
    userAgent: "",
    verb: "patch",
    group: "apps",
    resource: "deployments",
    subresource: "",
    namespace: "ns",
    name: "a",
    code: 200,
    message: "",
    uri: "/",
    receivedAt: "",
    completedAt: "",
    ...changes,
  };
}

function unused(rights: Permission[], ...entries: Partial<AuditEntry>[]): string[] {
  return unusedPermissions(rights, entries.map(entry)).map(describePermission);
}

Deno.test("rules are taken apart into single rights, each once", () => {
  const rule = { apiGroups: ["apps"], resources: ["deployments"], verbs: ["list", "patch"] };
  const named = { apiGroups: [""], resources: ["pods/log"], verbs: ["get"], resourceNames: ["a"] };
  assertEquals(permissionsOf([rule, rule, named]).map(describePermission), [
    "list deployments.apps",
    "patch deployments.apps",
    'get pods/log "a"',
  ]);
});

Deno.test("an apply that makes an object uses two rights, one that changes it only one", () => {
  const rights = ["create", "patch"].map((verb) => ({ ...DEPLOYMENT, verb }));
  assertEquals(unused(rights, { code: 201 }), []);
  assertEquals(unused(rights, { code: 200 }), ["create deployments.apps"]);
});

Deno.test("a request that was answered by an error has used its right, one that was forbidden has not", () => {
  const rights = [{ ...DEPLOYMENT, verb: "delete" }];
  assertEquals(unused(rights, { verb: "delete", code: 404 }), []);
  assertEquals(unused(rights, { verb: "delete", code: 403 }), ["delete deployments.apps"]);
});

Deno.test("a right on a subresource or on one name is used by nothing else", () => {
  const graph = { group: "nvidia.com", resource: "dynamographdeployments" };
  assertEquals(unused([STATUS], graph), [describePermission(STATUS)]);
  assertEquals(unused([STATUS], { ...graph, subresource: "status" }), []);
  const named = { ...DEPLOYMENT, verb: "list", name: "a" };
  assertEquals(unused([named], { verb: "list", name: "" }), ['list deployments.apps "a"']);
  assertEquals(unused([named], { verb: "list", name: "a" }), []);
});

Deno.test("what a namespace that goes or a quota refuses does not count as forbidden", () => {
  const messages = [
    'roles "x" is forbidden: unable to create new content in namespace ns because it is being terminated',
    'services "x" is forbidden: exceeded quota: one',
    'deployments.apps is forbidden: User "operator" cannot list resource "deployments"',
  ];
  const entries = messages.map((message) => entry({ code: 403, message }));
  assertEquals(forbidden([entry({}), ...entries]).map(({ message }) => message), messages.slice(2));
});
