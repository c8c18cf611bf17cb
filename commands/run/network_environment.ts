/** Environment variables with which Deno selects a proxy for each HTTP client. */
const PROXIES = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"].flatMap((name) => [
  name,
  name.toLowerCase(),
]);

/**
 * Prepares connections of a process in a pod to the API server and to other pods: without a proxy, which leads out of
 * the cluster, and without Deno's built-in certificate authorities. Deno trusts these in addition to that of the
 * cluster, so an owner of the public DNS name of an API server could impersonate it. Deno has no option of an HTTP
 * client for either. Must be called before the first HTTP client is created.
 *
 * Outside a cluster, a proxy may be the only way to the API server, and a kubeconfig may need the built-in certificate
 * authorities, for example for an OIDC provider.
 */
export function isolateNetwork(): void {
  for (const name of PROXIES) if (mayAccess(name)) Deno.env.delete(name);
  // With an empty list, Deno trusts no built-in certificate authority.
  if (mayAccess("DENO_TLS_CA_STORE")) Deno.env.set("DENO_TLS_CA_STORE", "");
}

function mayAccess(variable: string): boolean {
  return Deno.permissions.querySync({ name: "env", variable }).state === "granted";
}
