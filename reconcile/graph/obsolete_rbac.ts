import { pods, roleBindings, roles, serviceAccounts } from "../../kube/builtin.ts";
import type { Client } from "../../kube/client.ts";
import type { Clock } from "../../kube/clock.ts";
import { ApiError, ConnectionError } from "../../kube/errors.ts";
import type { Log } from "../../kube/log.ts";
import { type KubeObject, objectKey } from "../../kube/object.ts";
import type { Executor } from "../apply/execute.ts";
import { describeWriteError, type Execution } from "../apply/execution.ts";
import { createPacedAttempts } from "../engine/paced_attempts.ts";

const KINDS = [serviceAccounts, roles, roleBindings].map(({ kind }) => kind);

/** Returns whether the object is a ServiceAccount of pods, or grants permissions to one. */
export function isRbacOfPods({ kind }: KubeObject): boolean {
  return KINDS.includes(kind);
}

/** Dependencies of {@linkcode createRbacPruner}. */
export interface PrunerContext {
  client: Pick<Client, "pages">;
  executor: Executor;
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
 * Returns a function that prunes the ServiceAccounts that a graph does not plan any more, and the Roles and
 * RoleBindings for them, after the last pod that uses one of the ServiceAccounts has ended. Without its ServiceAccount,
 * a pod loses its API token at once. Replica counts do not include terminating pods, so the function lists the pods.
 *
 * It repeats an attempt at increasing intervals, because a pod may need hours to terminate. An error is logged and
 * repeated too: it must not delay the repair of other children.
 */
export function createRbacPruner(
  { client, executor, clock, log }: PrunerContext,
): (
  parent: KubeObject,
  obsolete: readonly KubeObject[],
  signal: AbortSignal,
) => Promise<PruneResult> {
  const attempts = createPacedAttempts<undefined>(clock);

  return async (parent, obsolete, signal) => {
    const key = parent.metadata.uid ?? "";
    const last = attempts.last(key);
    if (last && last.waitMs > 0) return { retryMs: last.waitMs };
    try {
      if (await areUsed(obsolete, signal)) return { retryMs: attempts.repeat(key, undefined) };
    } catch (error) {
      const isAnswer = error instanceof ApiError || error instanceof ConnectionError;
      if (!isAnswer || signal.aborted) throw error;
      return { retryMs: retry(parent, error.message) };
    }
    const execution = await executor.execute({ parent, planned: [], prune: obsolete, signal });
    if (execution.errors.length > 0) {
      const reason = execution.errors.map(describeWriteError).join("; ");
      return { execution, retryMs: retry(parent, reason) };
    }
    attempts.forget(key);
    return { execution };
  };

  function retry({ metadata }: KubeObject, reason: string): number {
    const graph = objectKey(metadata);
    log.warn("Cannot delete the unused ServiceAccount of {graph}: {reason}", { graph, reason });
    return attempts.repeat(metadata.uid ?? "", undefined);
  }

  /** Returns whether a pod uses one of the ServiceAccounts. */
  async function areUsed(obsolete: readonly KubeObject[], signal: AbortSignal): Promise<boolean> {
    const accounts = obsolete.filter(({ kind }) => kind === serviceAccounts.kind);
    for (const { metadata: { name, namespace } } of accounts) {
      const fieldSelector =
        `spec.serviceAccountName=${name},status.phase!=Succeeded,status.phase!=Failed`;
      const pages = client.pages(pods, { namespace, fieldSelector, limit: 1, signal });
      for await (const { items } of pages) if (items.length > 0) return true;
    }
    return false;
  }
}
