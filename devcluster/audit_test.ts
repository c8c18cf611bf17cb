// @ts-types="../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { parseAuditLog } from "./audit.ts";
import { countBy, parseAuditLine, requestKind, writesOf } from "./audit_entry.ts";

const OPERATOR = "system:serviceaccount:dyn:operator";

function line(request: {
  user?: string;
  verb?: string;
  stage?: string;
  uri?: string;
  objectRef?: Record<string, string>;
}): string {
  const { user = OPERATOR, verb = "patch", stage = "ResponseComplete", uri = "/x", objectRef } =
    request;
  return JSON.stringify({
    kind: "Event",
    apiVersion: "audit.k8s.io/v1",
    level: "Metadata",
    auditID: "id-1",
    stage,
    requestURI: uri,
    verb,
    user: { username: user, groups: [] },
    userAgent: "Deno",
    ...(objectRef && { objectRef }),
    responseStatus: { metadata: {}, code: 200 },
    requestReceivedTimestamp: "2026-01-01T00:00:00.000001Z",
    stageTimestamp: "2026-01-01T00:00:00.000002Z",
  });
}

const DEPLOYMENT = { resource: "deployments", namespace: "ns", name: "a", apiGroup: "apps" };
const LEASE = { resource: "leases", namespace: "ns", name: "l", apiGroup: "coordination.k8s.io" };

Deno.test("an entry contains the user, the verb and the object", () => {
  assertEquals(parseAuditLine(line({ objectRef: { ...DEPLOYMENT, subresource: "status" } })), {
    id: "id-1",
    user: OPERATOR,
    userAgent: "Deno",
    verb: "patch",
    group: "apps",
    resource: "deployments",
    subresource: "status",
    namespace: "ns",
    name: "a",
    code: 200,
    message: "",
    uri: "/x",
    receivedAt: "2026-01-01T00:00:00.000001Z",
    completedAt: "2026-01-01T00:00:00.000002Z",
  });
});

Deno.test("a request has one entry, for its last stage", () => {
  assertEquals(parseAuditLine(line({ stage: "ResponseStarted" })), undefined);
  assertEquals(parseAuditLine(line({ stage: "Panic" }))?.user, OPERATOR);
});

Deno.test("an incomplete last line and the requests that flush the log are omitted", () => {
  const flush = line({ uri: "/apis/authentication.k8s.io/v1/selfsubjectreviews" });
  const text = `${line({ objectRef: DEPLOYMENT })}\n${flush}\n${line({}).slice(0, 40)}`;
  assertEquals(parseAuditLog(text).map(({ name }) => name), ["a"]);
  assertEquals(parseAuditLog(""), []);
});

Deno.test("the writes of a user do not include reads and requests on Leases", () => {
  const log = [
    line({ objectRef: DEPLOYMENT, verb: "list" }),
    line({ objectRef: DEPLOYMENT }),
    line({ objectRef: DEPLOYMENT, user: "kubernetes-admin" }),
    line({ objectRef: LEASE, verb: "update" }),
    line({ objectRef: { ...DEPLOYMENT, subresource: "status" } }),
    line({ objectRef: { resource: "events", apiGroup: "events.k8s.io" }, verb: "create" }),
    line({ objectRef: { resource: "services" }, verb: "delete" }),
    line({ objectRef: DEPLOYMENT }),
  ].join("\n");
  assertEquals(countBy(writesOf(OPERATOR, parseAuditLog(`${log}\n`)), requestKind), {
    "patch deployments.apps": 2,
    "patch deployments.apps/status": 1,
    "create events.events.k8s.io": 1,
    "delete services": 1,
  });
});
