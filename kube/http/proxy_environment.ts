/** Environment variables that configure the proxy of Deno's HTTP clients. */
export const PROXY_VARIABLES: readonly string[] = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"]
  .flatMap((name) => [name, name.toLowerCase()]);

/**
 * Returns whether the environment may set a proxy. Deno uses its proxy variables even if the process has no permission
 * to read them. Therefore, a variable that the process cannot read counts as set.
 */
export function mayHaveProxy(): boolean {
  return PROXY_VARIABLES.some((name) => {
    const { state } = Deno.permissions.querySync({ name: "env", variable: name });
    return state !== "granted" || Boolean(Deno.env.get(name));
  });
}
