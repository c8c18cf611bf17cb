import type { RequestOptions } from "node:https";
import type { Clock } from "./clock.ts";
import { createExecSource, type PluginCredentials } from "./exec_plugin.ts";
import type { KubeconfigContext, UserEntry } from "./kubeconfig_file.ts";

/** Whether a user's credentials come from a program or an OIDC provider, not from the file. */
export function needsPlugin(user: UserEntry): boolean {
  return Boolean(user.exec || user["auth-provider"]);
}

/**
 * Makes a source of credentials from exec plugins and auth providers (OIDC). Each call gives what is valid now; a
 * source keeps an answer until it ends, so one that the server rejected needs a new source.
 */
export function createPluginSource(
  context: KubeconfigContext,
  clock: Clock,
): () => Promise<PluginCredentials> {
  const { cluster, user } = context;
  return user.exec ? createExecSource(user.exec, cluster, clock) : createProviderSource(context);
}

/** Loads `@kubernetes/client-node`, which costs memory and start-up time, with the first call. */
function createProviderSource({ cluster, user }: KubeconfigContext) {
  const document = {
    clusters: [{ name: "cluster", cluster: { server: cluster.server } }],
    users: [{ name: "user", user }],
    contexts: [{ name: "context", context: { cluster: "cluster", user: "user" } }],
    "current-context": "context",
  };
  const loaded = import("@kubernetes/client-node").then(({ KubeConfig }) => {
    const config = new KubeConfig();
    config.loadFromString(JSON.stringify(document));
    return config;
  });
  return async (): Promise<PluginCredentials> => {
    const options: RequestOptions = {};
    try {
      await (await loaded).applyToHTTPSOptions(options);
    } catch (cause) {
      const why = (cause instanceof Error && cause.message.trim()) || "it said nothing";
      throw new Error(`Cannot get credentials from the auth provider: ${why}`, { cause });
    }
    const headers = new Headers(options.headers as Record<string, string> | undefined);
    const authorization = headers.get("authorization");
    return authorization ? { authorization } : {};
  };
}
