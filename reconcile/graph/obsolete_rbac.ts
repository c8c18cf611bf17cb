import { LABELS } from "../../crds/labels.ts";
import {
  pods,
  type RoleBinding,
  roleBindings,
  roles,
  serviceAccounts,
} from "../../kube/builtin.ts";
import type { Client } from "../../kube/client.ts";
import type { Clock } from "../../kube/clock.ts";
import { isFailedRequest } from "../../kube/errors.ts";
import type { Log } from "../../kube/log.ts";
import { type KubeObject, objectKey } from "../../kube/object.ts";
import type { Executor } from "../apply/execute.ts";
import { describeWriteError, type Execution } from "../apply/execution.ts";
import type { Planned } from "../apply/planned.ts";
import { labelValue } from "../dynamo/names.ts";
import { createPacedAttempts } from "../engine/paced_attempts.ts";

const KINDS = [serviceAccounts, roles, roleBindings].map(({ kind }) => kind);

/** Returns whether a child of a graph is a ServiceAccount, a Role or a RoleBinding. */
export function isRbacOfPods({ kind }: KubeObject): boolean {
  return KINDS.includes(kind);
}

/** ServiceAccounts that users created, and that the services of a graph no longer use. */
export interface FormerAccounts {
  names: readonly string[];
  /** The planned RoleBinding, which no longer grants permissions to the ServiceAccounts in `names`. */
  binding: Planned[];
}

/** Input of {@linkcode createRbacPruner}. */
export interface ObsoleteRbac {
  /** ServiceAccounts, Roles and RoleBindings that the graph no longer needs. */
  obsolete: readonly KubeObject[];
  formerAccounts?: FormerAccounts | undefined;
}

/** Dependencies of {@linkcode createRbacPruner}. */
export interface PrunerContext {
  client: Pick<Client, "pages">;
  executor: Pick<Executor, "execute">;
  clock: Pick<Clock, "now">;
  log: Log;
}

/** Result of one attempt to prune. */
export interface PruneResult {
  /** The writes; absent if the attempt wrote nothing. */
  execution?: Execution;
  /** Time in milliseconds until the next attempt; absent if all objects are pruned. */
  retryMs?: number;
}

/**
 * Returns a function that prunes the ServiceAccounts that a graph no longer needs, with their Roles and RoleBindings.
 * The function waits until no pod uses these ServiceAccounts, because a pod loses its API token immediately if its
 * ServiceAccount is deleted. Replica counts do not include terminating pods, so the function lists the pods.
 *
 * The function repeats attempts at increasing intervals, because a pod may need hours to terminate. If a request fails,
 * the function logs the error and tries again later, because an error must not delay the repair of other children.
 */
export function createRbacPruner(
  { client, executor, clock, log }: PrunerContext,
): (
  parent: KubeObject,
  rbac: ObsoleteRbac,
  signal: AbortSignal,
) => Promise<PruneResult> {
  const attempts = createPacedAttempts<undefined>(clock);

  return async (parent, { obsolete, formerAccounts }, signal) => {
    const key = parent.metadata.uid ?? "";
    const last = attempts.last(key);
    if (last && last.waitMs > 0) return { retryMs: last.waitMs };
    try {
      const uses = usesOf(parent, { obsolete, formerAccounts });
      if (await areUsed(parent, uses, signal)) return { retryMs: attempts.repeat(key, undefined) };
    } catch (error) {
      if (!isFailedRequest(error) || signal.aborted) throw error;
      return { retryMs: retry(parent, error.message) };
    }
    const planned = formerAccounts?.binding ?? [];
    const execution = await executor.execute({ parent, planned, prune: obsolete, signal });
    if (execution.errors.length > 0) {
      const reason = execution.errors.map(describeWriteError).join("; ");
      return { execution, retryMs: retry(parent, reason) };
    }
    attempts.forget(key);
    return { execution };
  };

  function retry({ metadata }: KubeObject, reason: string): number {
    const graph = objectKey(metadata);
    log.warn("Cannot prune unused RBAC objects of {graph}: {reason}", { graph, reason });
    return attempts.repeat(metadata.uid ?? "", undefined);
  }

  /** Returns whether a pod uses one of the ServiceAccounts. */
  async function areUsed(
    { metadata: { namespace } }: KubeObject,
    uses: readonly AccountUse[],
    signal: AbortSignal,
  ): Promise<boolean> {
    for (const { account, ...selector } of uses) {
      const fieldSelector =
        `spec.serviceAccountName=${account},status.phase!=Succeeded,status.phase!=Failed`;
      const pages = client.pages(pods, { namespace, fieldSelector, ...selector, limit: 1, signal });
      for await (const { items } of pages) if (items.length > 0) return true;
    }
    return false;
  }
}

/**
 * A ServiceAccount that pods may use. `labelSelector` selects the pods to check; by default, the operator checks all
 * pods.
 */
interface AccountUse {
  account: string;
  labelSelector?: string;
}

function usesOf(
  { metadata: { name } }: KubeObject,
  { obsolete, formerAccounts }: ObsoleteRbac,
): AccountUse[] {
  const own = obsolete.filter(({ kind }) => kind === serviceAccounts.kind)
    .map(({ metadata }) => metadata.name);
  const ofUsers = [...obsolete.flatMap(accountsIn), ...formerAccounts?.names ?? []]
    .filter((account) => !own.includes(account));
  // Pods of other graphs may also use a ServiceAccount that a user created. These pods do not need the RBAC objects of
  // this graph, so the operator ignores them.
  const labelSelector = `${LABELS.graphName}=${labelValue(name)}`;
  return [
    ...own.map((account) => ({ account })),
    ...ofUsers.map((account) => ({ account, labelSelector })),
  ];
}

/** Returns the ServiceAccounts in the subjects of a RoleBinding; none for objects of other kinds. */
function accountsIn(object: KubeObject & Partial<Pick<RoleBinding, "subjects">>): string[] {
  const { namespace } = object.metadata;
  return (object.subjects ?? []).filter((subject) =>
    subject.kind === serviceAccounts.kind && subject.namespace === namespace
  ).map((subject) => subject.name);
}
