import { getLogger } from "@logtape/logtape";
import type { Clock } from "../clock.ts";
import type { Credentials } from "../config.ts";
import { reasonOf } from "../errors.ts";

const log = getLogger(["kube", "auth"]);
// Maximum age of cached credentials, the same as in client-go. The kubelet renews a token long before it expires, so a
// cached token is still valid.
const MAX_AGE_MS = 60_000;
const RETRY_MS = 10_000;

/**
 * Returns a function that caches the credentials from `load` for a minute. If the API server rejected these
 * credentials, the function calls `load` immediately. Concurrent calls of the function share one call of `load`. If
 * `load` fails, the cached credentials stay in use.
 *
 * @param load loads the credentials; `bypassCaches` is true if the API server rejected the last credentials
 */
export function cacheCredentials(
  load: (bypassCaches: boolean) => Promise<Credentials>,
  clock: Clock,
): (rejected?: Credentials) => Promise<Credentials> {
  let cached: { credentials: Credentials; atMs: number } | undefined;
  let loading: Promise<Credentials> | undefined;

  async function reload(bypassCaches: boolean): Promise<Credentials> {
    try {
      const credentials = await load(bypassCaches);
      cached = { credentials, atMs: clock.now() };
      return credentials;
    } catch (error) {
      if (!cached) throw error;
      log.warn("Cannot renew the credentials, the previous ones stay in use: {reason}", {
        reason: reasonOf(error),
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
