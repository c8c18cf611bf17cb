import type { Client } from "./client.ts";
import type { Clock } from "./clock.ts";
import type { ListOptions } from "./list.ts";
import { compareResourceVersions, type KubeObject } from "./object.ts";
import { type Resource, resourceName } from "./resource.ts";

/**
 * Error for an API server whose data is older than the data that it sent before. The usual cause is that etcd was
 * restored from a backup. A store cannot recover, because its objects look newer than the objects of the API server.
 */
export class HistoryResetError extends Error {
  override readonly name = "HistoryResetError";

  constructor(resource: string, { found, known }: { found: string; known: string }) {
    super(
      `Cannot use the data of ${resource}: its resourceVersion ${found} is older than ${known}, which the API server sent earlier. etcd was probably restored from a backup. The operator exits to start again with the current data`,
    );
  }
}

/**
 * If responses stay outdated for this time in milliseconds, the operator assumes that etcd was restored from a backup.
 */
export const RECHECK_MS = 5_000;

/**
 * Detects that etcd was restored from a backup. Assumes a restore when responses have been outdated for at least
 * {@linkcode RECHECK_MS}.
 */
export interface ResetDetector {
  /** Records a consistent response that is not outdated. */
  upToDate(): void;
  /**
   * Records an outdated response. Returns true if responses have been outdated for at least {@linkcode RECHECK_MS}. A
   * single outdated response may come from an etcd member that lags behind, or from a storage backend without
   * linearizable reads.
   */
  isReset(): boolean;
}

/**
 * Creates a {@linkcode ResetDetector}. Each source of consistent reads, such as an informer, needs its own detector.
 */
export function createResetDetector(clock: Pick<Clock, "now">): ResetDetector {
  let sinceMs: number | undefined;
  return {
    upToDate: () => void (sinceMs = undefined),
    isReset() {
      sinceMs ??= clock.now();
      return clock.now() - sinceMs >= RECHECK_MS;
    },
  };
}

const DEADLINE_MS = 15_000;

/**
 * Throws a {@linkcode HistoryResetError} if the data of the API server is older than `resourceVersion`. A watch does
 * not show this, because the API server accepts a future resourceVersion and sends no events. Therefore, this function
 * requests a consistent list.
 *
 * The request omits the label selector, which does not change the resourceVersion of a list. With a label selector,
 * Kubernetes before 1.34 may read all objects from etcd to find one match. The request keeps the field selector,
 * because RBAC may require it. With a field selector, the request sets no limit, so that Kubernetes 1.31 and later can
 * read the list from its cache.
 */
export async function confirmHistory(
  client: Pick<Client, "pages">,
  resource: Resource<KubeObject>,
  { resourceVersion, labelSelector: _labelSelector, ...scope }:
    & ListOptions
    & { resourceVersion: string },
): Promise<void> {
  const options = { ...scope, limit: scope.fieldSelector ? 0 : 1, deadlineMs: DEADLINE_MS };
  for await (const { resourceVersion: found } of client.pages(resource, options)) {
    if (compareResourceVersions(found, resourceVersion) >= 0) return;
    throw new HistoryResetError(resourceName(resource), { found, known: resourceVersion });
  }
}
