// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { roleBindings } from "../../kube/builtin.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { Work } from "../apply/execute.ts";
import type { Execution } from "../apply/execution.ts";
import { graph } from "../testing/graph_builder.ts";
import { type FormerAccounts, pruneObsoleteRbac } from "./obsolete_rbac.ts";

const NOTHING: Execution = { writes: [], errors: [], blocked: [], conflicts: [] };
const ACCOUNT = object("ServiceAccount", "chat-k8s-service-discovery");
const OBSOLETE = [ACCOUNT, object("Role", "role"), object("RoleBinding", "binding")];

interface ListOptions {
  namespace?: string;
  fieldSelector?: string;
  labelSelector?: string;
}

function object(kind: string, name: string): KubeObject {
  return { apiVersion: "v1", kind, metadata: { name, namespace: "team" } };
}

/** Prunes the objects while these pods exist. Returns the lists that were requested, and the kinds that were written. */
async function prune(obsolete: KubeObject[], pods: KubeObject[], formerAccounts?: FormerAccounts) {
  const lists: string[] = [];
  const pruned: string[] = [];
  const applied: string[] = [];
  const client = {
    async *pages(_resource: unknown, options: ListOptions = {}) {
      const { namespace, fieldSelector = "", labelSelector } = options;
      lists.push([namespace, fieldSelector, ...labelSelector ? [labelSelector] : []].join(" "));
      yield { items: pods as never[], resourceVersion: "1" };
      await Promise.resolve();
    },
  };
  const execute = ({ planned, prune = [] }: Work) => {
    applied.push(...planned.map(({ manifest }) => manifest.kind));
    pruned.push(...prune.map(({ kind }) => kind));
    return Promise.resolve(NOTHING);
  };
  const { signal } = new AbortController();
  const context = { client, executor: { execute }, signal };
  const result = await pruneObsoleteRbac(graph().build(), { obsolete, formerAccounts }, context);
  return { lists, pruned, applied, isDone: result !== undefined };
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

const OF_GRAPH = "nvidia.com/dynamo-graph-deployment-name=chat";
const USES_MINE =
  `team spec.serviceAccountName=mine,status.phase!=Succeeded,status.phase!=Failed ${OF_GRAPH}`;

Deno.test("a ServiceAccount of a user keeps its permissions while a pod of the graph uses it", async () => {
  const manifest = object("RoleBinding", "binding");
  const former = {
    names: ["mine"],
    binding: [{ resource: roleBindings, manifest, policy: "own" as const }],
  };
  const used = await prune([], [object("Pod", "old")], former);
  assertEquals([used.lists, used.applied, used.isDone], [[USES_MINE], [], false]);
  const unused = await prune([], [], former);
  assertEquals([unused.applied, unused.isDone], [["RoleBinding"], true]);
});

Deno.test("a RoleBinding is pruned after the last pod that uses one of its subjects", async () => {
  const subjects = [{ kind: "ServiceAccount", name: "mine", namespace: "team" }];
  const binding = { ...object("RoleBinding", "binding"), subjects };
  const { lists, pruned } = await prune([binding], [object("Pod", "old")]);
  assertEquals([lists, pruned], [[USES_MINE], []]);
});
