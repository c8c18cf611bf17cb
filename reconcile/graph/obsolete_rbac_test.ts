// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertStringIncludes } from "@std/assert";
import { roleBindings } from "../../kube/builtin.ts";
import type { Client } from "../../kube/client.ts";
import { ApiError } from "../../kube/errors.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { Work } from "../apply/execute.ts";
import { refOf } from "../apply/execution.ts";
import { executionOf } from "../apply/testing/objects.ts";
import { createFakeClock } from "../engine/testing/fake_clock.ts";
import { createMemoryLog } from "../engine/testing/memory_log.ts";
import { graph } from "../testing/graph_builder.ts";
import { createRbacPruner, type FormerAccounts } from "./obsolete_rbac.ts";

const ACCOUNT = object("ServiceAccount", "chat-k8s-service-discovery");
const OBSOLETE = [ACCOUNT, object("Role", "role"), object("RoleBinding", "binding")];

function object(kind: string, name: string): KubeObject {
  return { apiVersion: "v1", kind, metadata: { name, namespace: "team" } };
}

/**
 * Returns a pruner with a fake client. A test determines which pods exist, and whether a list request or a deletion
 * fails.
 */
function pruner() {
  const clock = createFakeClock();
  const log = createMemoryLog();
  const lists: string[] = [];
  const pruned: string[] = [];
  const applied: string[] = [];
  let state: { pods: KubeObject[]; listError?: ApiError; pruneError?: ApiError } = { pods: [] };
  const client: Pick<Client, "pages"> = {
    async *pages(_resource, { namespace = "", fieldSelector = "", labelSelector } = {}) {
      lists.push([namespace, fieldSelector, ...labelSelector ? [labelSelector] : []].join(" "));
      if (state.listError) throw state.listError;
      yield await Promise.resolve({ items: state.pods as never[], resourceVersion: "1" });
    },
  };
  const execute = ({ planned, prune = [] }: Work) => {
    applied.push(...planned.map(({ manifest }) => manifest.kind));
    pruned.push(...prune.map(({ kind }) => kind));
    const { pruneError: error } = state;
    const errors = error ? [{ ref: refOf(ACCOUNT), error }] : [];
    return Promise.resolve(executionOf({ errors }));
  };
  const prune = createRbacPruner({ client, executor: { execute }, clock, log });
  return {
    clock,
    log,
    applied,
    /** Returns the list requests, the pruned kinds, and the delay until the next attempt. */
    async prune(
      obsolete: KubeObject[],
      { formerAccounts, ...now }: Partial<typeof state> & { formerAccounts?: FormerAccounts } = {},
    ) {
      state = { pods: [], ...now };
      const { signal } = new AbortController();
      const { retryMs } = await prune(graph().build(), { obsolete, formerAccounts }, signal);
      return { lists: lists.splice(0), pruned: pruned.splice(0), retryMs };
    },
  };
}

const LIST =
  "team spec.serviceAccountName=chat-k8s-service-discovery,status.phase!=Succeeded,status.phase!=Failed";

Deno.test("a ServiceAccount and its permissions stay while a pod uses it, and pods are listed at increasing intervals", async () => {
  const { clock, prune } = pruner();
  const pods = [object("Pod", "old")];
  assertEquals(await prune(OBSOLETE, { pods }), { lists: [LIST], pruned: [], retryMs: 5_000 });
  await clock.advance(1_000);
  assertEquals(await prune(OBSOLETE, { pods }), { lists: [], pruned: [], retryMs: 4_000 });
  await clock.advance(4_000);
  assertEquals(await prune(OBSOLETE, { pods }), { lists: [LIST], pruned: [], retryMs: 10_000 });
});

Deno.test("a ServiceAccount and its permissions are pruned together after the last pod", async () => {
  const { pruned, retryMs } = await pruner().prune(OBSOLETE);
  assertEquals([pruned, retryMs], [["ServiceAccount", "Role", "RoleBinding"], undefined]);
});

Deno.test("an error is logged, the attempt is repeated, and the reconciliation does not fail", async () => {
  const request = { verb: "list", method: "GET", path: "/x" };
  const error = new ApiError({ status: 403, reason: "", message: "no permission", request });
  for (const failure of [{ listError: error }, { pruneError: error }]) {
    const { log, prune } = pruner();
    assertEquals((await prune(OBSOLETE, failure)).retryMs, 5_000);
    assertStringIncludes(log.lines[0] ?? "", "Cannot prune unused RBAC objects");
    assertStringIncludes(log.lines[0] ?? "", "no permission");
  }
});

Deno.test("permissions without a ServiceAccount are pruned without a request for pods", async () => {
  const { lists, pruned } = await pruner().prune(OBSOLETE.slice(1), {
    pods: [object("Pod", "old")],
  });
  assertEquals([lists, pruned], [[], ["Role", "RoleBinding"]]);
});

const USES_MINE =
  "team spec.serviceAccountName=mine,status.phase!=Succeeded,status.phase!=Failed " +
  "nvidia.com/dynamo-graph-deployment-name=chat";

Deno.test("a ServiceAccount of a user keeps its permissions while a pod of the graph uses it", async () => {
  const manifest = object("RoleBinding", "binding");
  const binding = [{ resource: roleBindings, manifest, policy: "own" as const }];
  const formerAccounts = { names: ["mine"], binding };
  const used = pruner();
  const { lists } = await used.prune([], { pods: [object("Pod", "old")], formerAccounts });
  assertEquals([lists, used.applied], [[USES_MINE], []]);
  const unused = pruner();
  await unused.prune([], { formerAccounts });
  assertEquals(unused.applied, ["RoleBinding"]);
});

Deno.test("a RoleBinding is pruned after the last pod that uses one of its subjects", async () => {
  const subjects = [{ kind: "ServiceAccount", name: "mine", namespace: "team" }];
  const binding = { ...object("RoleBinding", "binding"), subjects };
  const { lists, pruned } = await pruner().prune([binding], { pods: [object("Pod", "old")] });
  assertEquals([lists, pruned], [[USES_MINE], []]);
});
