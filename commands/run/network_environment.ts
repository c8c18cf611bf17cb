/** Environment variables with which Deno selects a proxy for each HTTP client. */
const PROXIES = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"].flatMap((name) => [
  name,
  name.toLowerCase(),
]);

/**
 * Removes the influence of the environment on connections to the API server and to pods. Deno has no option of an HTTP
 * client for that. Must be called before the first HTTP client is created.
 *
 * @param inCluster whether the process runs in a pod. Proxies of a pod lead out of the cluster. Outside a cluster, they
 *   may be the only way to the API server, and exec plugins need them.
 * @param hasOwnCa whether the credentials contain a certificate authority. Deno trusts it in addition to its built-in
 *   ones, with which an owner of a public DNS name could impersonate the API server.
 */
export function isolateNetwork(
  { inCluster, hasOwnCa }: { inCluster: boolean; hasOwnCa: boolean },
): void {
  if (inCluster) {
    for (const name of PROXIES) if (mayAccess(name)) Deno.env.delete(name);
  }
  // With an empty list, Deno trusts no built-in certificate authority.
  if (hasOwnCa && mayAccess("DENO_TLS_CA_STORE")) Deno.env.set("DENO_TLS_CA_STORE", "");
}

function mayAccess(variable: string): boolean {
  return Deno.permissions.querySync({ name: "env", variable }).state === "granted";
}
