// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import type { KubeObject } from "../../kube/object.ts";
import { observedFrom } from "../apply/observed.ts";
import { NameConflictError } from "../dynamo/problem.ts";
import { soloService } from "../testing/components.ts";
import { checkNameConflicts, componentNameConflict } from "./lws_conflicts.ts";

const API_VERSIONS: Record<string, string> = {
  DynamoComponentDeployment: "nvidia.com/v1alpha1",
  LeaderWorkerSet: "leaderworkerset.x-k8s.io/v1",
  Service: "v1",
};

/** Returns an object with this kind and name. `owner` is its controller owner as `Kind/name`; "" if it has none. */
function object(kind: string, name: string, owner = ""): KubeObject {
  const [ownerKind = "", ownerName = ""] = owner.split("/");
  const reference = {
    apiVersion: API_VERSIONS[ownerKind] ?? "",
    kind: ownerKind,
    name: ownerName,
    uid: "u",
  };
  const ownerReferences = owner ? [{ ...reference, controller: true }] : [];
  return { apiVersion: API_VERSIONS[kind] ?? "", kind, metadata: { name, ownerReferences } };
}

const own = object("LeaderWorkerSet", "solo-1", "DynamoComponentDeployment/solo");

function conflict(replicas: number, ...live: KubeObject[]): NameConflictError {
  const service = soloService({ replicas });
  return assertThrows(
    () => checkNameConflicts(service, observedFrom(live)),
    NameConflictError,
  );
}

function accept(replicas: number, ...live: KubeObject[]) {
  checkNameConflicts(soloService({ replicas }), observedFrom(live));
}

Deno.test("a replica needs a LeaderWorkerSet that nobody else owns", () => {
  const { field, message } = conflict(2, object("LeaderWorkerSet", "solo-1"));
  assertEquals(field, "replicas");
  assertEquals(
    message,
    'replica 1 needs a LeaderWorkerSet "solo-1", but LeaderWorkerSet "solo-1" exists ' +
      "(it has no owner): rename the component, or set replicas to at most 1",
  );
  const first = conflict(1, object("LeaderWorkerSet", "solo-0", "DynamoComponentDeployment/x"));
  assertEquals(first.field, "multinode");
  assertStringIncludes(first.message, 'its owner is DynamoComponentDeployment "x"');
  assertEquals(first.message.endsWith(": rename the component"), true);
});

Deno.test("a replica cannot have the name of another component or of a foreign Service", () => {
  const { message } = conflict(2, object("DynamoComponentDeployment", "solo-1"));
  assertStringIncludes(message, 'the Service of DynamoComponentDeployment "solo-1"');
  assertStringIncludes(conflict(2, object("Service", "solo-1")).message, 'Service "solo-1" exists');
});

Deno.test("a replica cannot share StatefulSets with another LeaderWorkerSet", () => {
  for (const other of ["solo", "solo-1-0"]) {
    const { message } = conflict(2, object("LeaderWorkerSet", other));
    assertStringIncludes(message, `LeaderWorkerSet "${other}" has StatefulSets of the same names`);
  }
});

Deno.test("a replica that runs keeps its names, whatever is created later", () => {
  const first = object("LeaderWorkerSet", "solo-0", "DynamoComponentDeployment/solo");
  accept(2, first, own, object("DynamoComponentDeployment", "solo-1"), object("Service", "solo-0"));
  accept(1, object("LeaderWorkerSet", "solo-1"));
});

Deno.test("a Service that remains of the replica's earlier LeaderWorkerSet is no conflict", () => {
  accept(1, object("Service", "solo-0", "LeaderWorkerSet/solo-0"));
});

Deno.test("a former LeaderWorkerSet of the component without an owner may be adopted", () => {
  const orphan = object("LeaderWorkerSet", "solo-0");
  orphan.metadata.annotations = { "nvidia.com/plan-hash": "x" };
  accept(1, orphan);
});

Deno.test("a component cannot have the name of a LeaderWorkerSet, unless its Service exists", () => {
  const set = object("LeaderWorkerSet", "solo-1", "DynamoComponentDeployment/solo");
  const why = (...live: KubeObject[]) =>
    componentNameConflict({ name: "solo-1" }, observedFrom(live));
  assertEquals(why(), undefined);
  assertStringIncludes(why(set) ?? "", 'LeaderWorkerSet "solo-1" exists');
  const headless = object("Service", "solo-1", "LeaderWorkerSet/solo-1");
  assertStringIncludes(why(set, headless) ?? "", "rename the component");
  const ownService = object("Service", "solo-1", "DynamoComponentDeployment/solo-1");
  assertEquals(why(set, ownService), undefined);
});
