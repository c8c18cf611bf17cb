import { pods, roleBindings, roles, serviceAccounts } from "../../kube/builtin.ts";
import type { Client } from "../../kube/client.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { Executor } from "../apply/execute.ts";
import type { Execution } from "../apply/execution.ts";

const KINDS = [serviceAccounts, roles, roleBindings].map(({ kind }) => kind);

/** Returns whether the object is a ServiceAccount of pods, or grants permissions to one. */
export function isRbacOfPods({ kind }: KubeObject): boolean {
  return KINDS.includes(kind);
}

/** Dependencies of {@linkcode pruneObsoleteRbac}. */
export interface PruneContext {
  client: Pick<Client, "pages">;
  executor: Executor;
  signal: AbortSignal;
}

/**
 * Prunes the ServiceAccounts that a graph does not plan any more, and the Roles and RoleBindings for them, after the
 * last pod that uses one of the ServiceAccounts has ended. Without its ServiceAccount, a pod loses its API token at
 * once.
 *
 * Replica counts do not include terminating pods, so the function lists the pods.
 *
 * @returns the writes; undefined if a pod still uses one of the ServiceAccounts
 */
export async function pruneObsoleteRbac(
  parent: KubeObject,
  obsolete: readonly KubeObject[],
  { client, executor, signal }: PruneContext,
): Promise<Execution | undefined> {
  const accounts = obsolete.filter(({ kind }) => kind === serviceAccounts.kind);
  for (const { metadata: { name, namespace } } of accounts) {
    const fieldSelector =
      `spec.serviceAccountName=${name},status.phase!=Succeeded,status.phase!=Failed`;
    const pages = client.pages(pods, { namespace, fieldSelector, limit: 1, signal });
    for await (const { items } of pages) if (items.length > 0) return undefined;
  }
  return await executor.execute({ parent, planned: [], prune: obsolete, signal });
}
