// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { KubeObject } from "../../kube/object.ts";
import type { Work } from "../apply/execute.ts";
import type { Execution } from "../apply/execution.ts";
import { graph } from "../testing/graph_builder.ts";
import { pruneObsoleteRbac } from "./obsolete_rbac.ts";

const NOTHING: Execution = { writes: [], errors: [], blocked: [], conflicts: [] };
const ACCOUNT = object("ServiceAccount", "chat-k8s-service-discovery");
const OBSOLETE = [ACCOUNT, object("Role", "role"), object("RoleBinding", "binding")];

function object(kind: string, name: string): KubeObject {
  return { apiVersion: "v1", kind, metadata: { name, namespace: "team" } };
}

/** Prunes the objects while these pods exist. Returns the lists that were requested, and the names that were pruned. */
async function prune(obsolete: KubeObject[], pods: KubeObject[]) {
  const lists: string[] = [];
  const pruned: string[] = [];
  const client = {
    async *pages(_resource: unknown, options: { namespace?: string; fieldSelector?: string } = {}) {
      lists.push(`${options.namespace} ${options.fieldSelector}`);
      yield { items: pods as never[], resourceVersion: "1" };
      await Promise.resolve();
    },
  };
  const execute = ({ prune = [] }: Work) => {
    pruned.push(...prune.map(({ kind }) => kind));
    return Promise.resolve(NOTHING);
  };
  const { signal } = new AbortController();
  const context = { client, executor: { execute }, signal };
  const result = await pruneObsoleteRbac(graph().build(), obsolete, context);
  return { lists, pruned, isDone: result !== undefined };
}

Deno.test("a ServiceAccount and its permissions stay while a pod uses it", async () => {
  const { lists, pruned, isDone } = await prune(OBSOLETE, [object("Pod", "old")]);
  assertEquals(lists, [
    "team spec.serviceAccountName=chat-k8s-service-discovery,status.phase!=Succeeded,status.phase!=Failed",
  ]);
  assertEquals([pruned, isDone], [[], false]);
});

Deno.test("a ServiceAccount and its permissions are pruned together after the last pod", async () => {
  const { pruned, isDone } = await prune(OBSOLETE, []);
  assertEquals([pruned, isDone], [["ServiceAccount", "Role", "RoleBinding"], true]);
});

Deno.test("permissions without a ServiceAccount are pruned without a request for pods", async () => {
  const { lists, pruned } = await prune(OBSOLETE.slice(1), [object("Pod", "old")]);
  assertEquals([lists, pruned], [[], ["Role", "RoleBinding"]]);
});
