// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { DynamoGraphDeploymentRequest } from "../../crds/kinds/request.ts";
import type { KubeObject } from "../../kube/object.ts";
import { createObjectSet } from "../../commands/render/object_set.ts";
import { controllerRules } from "../engine/child_kind.ts";
import { watchKinds } from "../engine/watched_kinds.ts";
import { requestKinds } from "./children.ts";
import { requestObject } from "./testing/objects.ts";

const CLUSTER = { profilingClusterRoleName: "dynamo-profiling", plannerRbacProvided: false };
const SCOPED = { profilingClusterRoleName: "", plannerRbacProvided: true };

const deployment = { name: "chat", namespace: "prod", created: true };
const ready: DynamoGraphDeploymentRequest = {
  ...requestObject(),
  metadata: { ...requestObject().metadata, name: "ready", uid: "ready-uid" },
  status: { state: "Ready", deployment },
};

/** Returns the keys that the controller enqueues after a change to an object. */
async function keysOf(object: KubeObject): Promise<string[]> {
  const set = createObjectSet();
  const { own } = watchKinds(set, requestKinds(CLUSTER));
  await set.load(({ kind }) =>
    Promise.resolve(kind === ready.kind ? [requestObject(), ready] : [])
  );
  const rows = Object.values(requestKinds(CLUSTER).children);
  const row = rows.find((row) => row?.resource.kind === object.kind);
  return [...row?.keys(object, own) ?? []].sort();
}

function objectOf(apiVersion: string, kind: string, name: string, namespace?: string): KubeObject {
  return { apiVersion, kind, metadata: { name, ...(namespace && { namespace }) } };
}

Deno.test("a Job enqueues its owner, and the request that needs its name", async () => {
  assertEquals(await keysOf(objectOf("batch/v1", "Job", "profile-sla", "team")), ["team/sla"]);
  assertEquals(await keysOf(objectOf("batch/v1", "Job", "profile-sla", "other")), []);
  const { apiVersion, kind } = ready;
  const owner = { apiVersion, kind, name: "ready", uid: "u", controller: true };
  const job = objectOf("batch/v1", "Job", "any", "team");
  const owned = { ...job, metadata: { ...job.metadata, ownerReferences: [owner] } };
  assertEquals(await keysOf(owned), ["team/ready"]);
});

Deno.test("a graph enqueues the request that it was created for, in any namespace", async () => {
  const graphAt = (namespace: string) =>
    objectOf("nvidia.com/v1alpha1", "DynamoGraphDeployment", "chat", namespace);
  assertEquals(await keysOf(graphAt("prod")), ["team/ready"]);
  assertEquals(await keysOf(graphAt("team")), []);
});

Deno.test("the objects with the permissions of the pods enqueue requests until these are profiled", async () => {
  const account = "dgdr-profiling-job";
  const rbac = "rbac.authorization.k8s.io/v1";
  assertEquals(await keysOf(objectOf("v1", "ServiceAccount", account, "team")), ["team/sla"]);
  assertEquals(await keysOf(objectOf("v1", "ServiceAccount", account, "other")), []);
  assertEquals(await keysOf(objectOf("v1", "ServiceAccount", "default", "team")), []);
  assertEquals(await keysOf(objectOf(rbac, "RoleBinding", `${account}-binding`, "team")), [
    "team/sla",
  ]);
  assertEquals(await keysOf(objectOf(rbac, "ClusterRole", "dynamo-profiling")), ["team/sla"]);
});

Deno.test("a namespace-scoped operator needs no permission for accounts and access reviews", () => {
  const resourcesOf = (settings: typeof CLUSTER) =>
    controllerRules(requestKinds(settings)).flatMap(({ resources = [] }) => resources);
  const ofAccounts = ["serviceaccounts", "rolebindings", "clusterroles", "subjectaccessreviews"];
  const found = (settings: typeof CLUSTER) =>
    ofAccounts.filter((resource) => resourcesOf(settings).includes(resource));
  assertEquals([found(CLUSTER), found(SCOPED)], [ofAccounts, []]);
});
