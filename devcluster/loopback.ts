/**
 * Keeps requests to 127.0.0.1 from being sent to the proxy that HTTPS_PROXY names, in this process and
 * those it starts. kubectl does so by itself, Deno only when told by NO_PROXY.
 */
export function keepLoopbackFromProxies(env: Pick<Deno.Env, "get" | "set"> = Deno.env): void {
  const exempt = (env.get("NO_PROXY") ?? env.get("no_proxy") ?? "").split(",")
    .filter((host) => host !== "");
  if (exempt.includes("127.0.0.1")) return;
  env.set("NO_PROXY", [...exempt, "127.0.0.1"].join(","));
}
