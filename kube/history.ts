import type { Client } from "./client.ts";
import type { ListOptions } from "./list.ts";
import { compareResourceVersions, type KubeObject } from "./object.ts";
import { type Resource, resourceName } from "./resource.ts";

/**
 * Error for an API server whose data is older than data that it has already sent. Probably etcd was restored from a
 * backup. A store cannot recover, because its objects look newer than the objects of the API server.
 */
export class HistoryResetError extends Error {
  override readonly name = "HistoryResetError";

  constructor(resource: string, { found, known }: { found: string; known: string }) {
    super(
      `Cannot use the data of ${resource}: its resourceVersion ${found} is older than ${known}, which the API server sent before. Probably etcd was restored from a backup; this program must restart`,
    );
  }
}

const DEADLINE_MS = 15_000;

/**
 * Throws a {@linkcode HistoryResetError} if the data of the API server is older than `resourceVersion`. The API server
 * accepts a watch from a future resourceVersion and sends no event, so only a consistent list detects this.
 */
export async function confirmHistory(
  client: Pick<Client, "pages">,
  resource: Resource<KubeObject>,
  { resourceVersion, ...scope }: ListOptions & { resourceVersion: string },
): Promise<void> {
  const options = { ...scope, limit: 1, deadlineMs: DEADLINE_MS };
  for await (const { resourceVersion: found } of client.pages(resource, options)) {
    if (compareResourceVersions(found, resourceVersion) >= 0) return;
    throw new HistoryResetError(resourceName(resource), { found, known: resourceVersion });
  }
}
