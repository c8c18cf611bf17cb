import { PROXY_VARIABLES } from "../../kube/http/proxy_environment.ts";

/**
 * Disables proxies and Deno's built-in certificate authorities for a process in a pod. A proxy would send requests out
 * of the cluster. If Deno trusted its built-in authorities as well, the owner of the API server's public DNS name could
 * impersonate the API server. Deno's HTTP clients have no options for this, so the function changes environment
 * variables. Call the function before the program creates its first HTTP client.
 *
 * Do not call the function outside a cluster. There, the API server may be reachable only through a proxy, and a
 * kubeconfig may need the built-in certificate authorities, for example for an OIDC provider.
 */
export function isolateNetwork(): void {
  for (const name of PROXY_VARIABLES) if (mayAccess(name)) Deno.env.delete(name);
  // With an empty list, Deno does not trust any built-in certificate authority.
  if (mayAccess("DENO_TLS_CA_STORE")) Deno.env.set("DENO_TLS_CA_STORE", "");
}

function mayAccess(variable: string): boolean {
  return Deno.permissions.querySync({ name: "env", variable }).state === "granted";
}
