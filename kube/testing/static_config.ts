import type { ClusterConfig, Credentials } from "../config.ts";

/** A configuration for a scripted server; `credentials` are given out one after the other as each is rejected. */
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
