import { LABELS } from "../../crds/labels.ts";
import {
  pods,
  type RoleBinding,
  roleBindings,
  roles,
  serviceAccounts,
} from "../../kube/builtin.ts";
import type { Client } from "../../kube/client.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { Executor } from "../apply/execute.ts";
import type { Execution } from "../apply/execution.ts";
import type { Planned } from "../apply/planned.ts";
import { labelValue } from "../dynamo/names.ts";

const KINDS = [serviceAccounts, roles, roleBindings].map(({ kind }) => kind);

/** Returns whether the object is a ServiceAccount of pods, or grants permissions to one. */
export function isRbacOfPods({ kind }: KubeObject): boolean {
  return KINDS.includes(kind);
}

/** ServiceAccounts of users that the services of a graph do not name any more. */
export interface FormerAccounts {
  names: readonly string[];
  /** The planned RoleBinding without permissions for these ServiceAccounts. */
  binding: Planned[];
}

/** Input of {@linkcode pruneObsoleteRbac}. */
export interface ObsoleteRbac {
  /** ServiceAccounts, Roles and RoleBindings that the graph does not plan any more. */
  obsolete: readonly KubeObject[];
  formerAccounts?: FormerAccounts | undefined;
}

/** Dependencies of {@linkcode pruneObsoleteRbac}. */
export interface PruneContext {
  client: Pick<Client, "pages">;
  executor: Executor;
  signal: AbortSignal;
}

/**
 * Prunes the ServiceAccounts that a graph does not plan any more, and their permissions, after the last pod that uses
 * one of the ServiceAccounts has ended. Without its ServiceAccount, a pod loses its API token at once.
 *
 * Replica counts do not include terminating pods, so the function lists the pods.
 *
 * @returns the writes; undefined if a pod still uses one of the ServiceAccounts
 */
export async function pruneObsoleteRbac(
  parent: KubeObject,
  { obsolete, formerAccounts }: ObsoleteRbac,
  { client, executor, signal }: PruneContext,
): Promise<Execution | undefined> {
  const { name, namespace } = parent.metadata;
  const own = obsolete.filter(({ kind }) => kind === serviceAccounts.kind)
    .map(({ metadata }) => metadata.name);
  const ofUsers = [...obsolete.flatMap(accountsIn), ...formerAccounts?.names ?? []]
    .filter((account) => !own.includes(account));
  // Pods of other graphs may use the ServiceAccounts of users, too.
  const labelSelector = `${LABELS.graphName}=${labelValue(name)}`;
  const uses = [
    ...own.map((account) => ({ account })),
    ...ofUsers.map((account) => ({ account, labelSelector })),
  ];
  for (const { account, ...selector } of uses) {
    const fieldSelector =
      `spec.serviceAccountName=${account},status.phase!=Succeeded,status.phase!=Failed`;
    const pages = client.pages(pods, { namespace, fieldSelector, ...selector, limit: 1, signal });
    for await (const { items } of pages) if (items.length > 0) return undefined;
  }
  const planned = formerAccounts?.binding ?? [];
  return await executor.execute({ parent, planned, prune: obsolete, signal });
}

/** Returns the ServiceAccounts to which a RoleBinding grants permissions; none for objects of other kinds. */
function accountsIn(object: KubeObject & Partial<Pick<RoleBinding, "subjects">>): string[] {
  const { namespace } = object.metadata;
  return (object.subjects ?? []).filter((subject) =>
    subject.kind === serviceAccounts.kind && subject.namespace === namespace
  ).map((subject) => subject.name);
}
