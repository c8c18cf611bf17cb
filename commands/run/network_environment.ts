import { PROXY_VARIABLES } from "../../kube/http/proxy_environment.ts";

/**
 * Disables proxies and Deno's built-in certificate authorities for a process in a pod. A proxy sends requests out of
 * the cluster. Deno trusts its built-in authorities in addition to the authority of the cluster. The owner of the API
 * server's public DNS name could therefore impersonate the API server. Deno's HTTP clients have no option for either.
 * Call this function before the program creates its first HTTP client.
 *
 * Outside a cluster, a proxy may be the only way to the API server, and a kubeconfig may need the built-in certificate
 * authorities, for example for an OIDC provider.
 */
export function isolateNetwork(): void {
  for (const name of PROXY_VARIABLES) if (mayAccess(name)) Deno.env.delete(name);
  // With an empty list, Deno trusts no built-in certificate authority.
  if (mayAccess("DENO_TLS_CA_STORE")) Deno.env.set("DENO_TLS_CA_STORE", "");
}

function mayAccess(variable: string): boolean {
  return Deno.permissions.querySync({ name: "env", variable }).state === "granted";
}
