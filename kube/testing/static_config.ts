import type { ClusterConfig, Credentials } from "../config.ts";

/**
 * Returns a configuration with a list of credentials. If the server rejects an entry of the list, the next one applies.
 */
export function staticConfig(
  server: string,
  credentials: readonly Credentials[] = [],
): ClusterConfig {
  const all = credentials.length ? credentials : [{ headers: {}, tls: {} }];
  let current = 0;
  return {
    server,
    source: "test",
    credentials(rejected) {
      if (rejected && rejected === all[current] && current < all.length - 1) current++;
      return Promise.resolve(all[current] ?? { headers: {}, tls: {} });
    },
  };
}
