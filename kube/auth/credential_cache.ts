import { getLogger } from "@logtape/logtape";
import type { Clock } from "../clock.ts";
import type { Credentials } from "../config.ts";
import { reasonOf } from "../errors.ts";

const log = getLogger(["kube", "auth"]);
// The kubelet renews tokens long before they end; client-go also reads the file once a minute.
const MAX_AGE_MS = 60_000;
const RETRY_MS = 10_000;

/**
 * Keeps what `load` gives for a minute, and reads anew at once when the cached credentials were rejected. Calls at the
 * same time share one load. When a load fails, the last good credentials go on being used. `load` is told whether it
 * must not answer from a cache of its own.
 */
export function cacheCredentials(
  load: (anew: boolean) => Promise<Credentials>,
  clock: Clock,
): (rejected?: Credentials) => Promise<Credentials> {
  let cached: { credentials: Credentials; atMs: number } | undefined;
  let loading: Promise<Credentials> | undefined;

  async function reload(anew: boolean): Promise<Credentials> {
    try {
      const credentials = await load(anew);
      cached = { credentials, atMs: clock.now() };
      return credentials;
    } catch (error) {
      if (!cached) throw error;
      const reason = reasonOf(error);
      log.warn("Cannot renew the credentials, the old ones stay in use: {reason}", {
        reason,
        error,
      });
      cached.atMs = clock.now() - MAX_AGE_MS + RETRY_MS;
      return cached.credentials;
    } finally {
      loading = undefined;
    }
  }

  return (rejected) => {
    const fresh = cached && clock.now() - cached.atMs < MAX_AGE_MS;
    if (cached && fresh && cached.credentials !== rejected) {
      return Promise.resolve(cached.credentials);
    }
    return loading ??= reload(rejected !== undefined);
  };
}
