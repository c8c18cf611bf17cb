import type { RequestOptions } from "node:https";
import type { Clock } from "../clock.ts";
import { createExecPlugin, type PluginCredentials } from "./exec_plugin.ts";
import type { ClusterEntry, KubeconfigContext, UserEntry } from "./kubeconfig_file.ts";

function toPem(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  return value instanceof Uint8Array ? new TextDecoder().decode(value) : undefined;
}

/** Whether a user's credentials come from a program or an OIDC provider, not from the file. */
export function needsPlugin(user: UserEntry): boolean {
  return Boolean(user.exec || user["auth-provider"]);
}

/**
 * Makes a source of credentials from an exec plugin or an auth provider (OIDC). Each call gives what is valid now; a
 * source keeps an answer until it ends, so one that the server rejected needs a new source.
 */
export function createPluginSource(
  { cluster, user }: KubeconfigContext,
  clock: Clock,
): () => Promise<PluginCredentials> {
  const { exec } = user;
  return exec ? createExecPlugin({ exec, cluster, clock }) : createProviderSource(cluster, user);
}

/** Loads `@kubernetes/client-node`, which costs memory and start-up time. */
function createProviderSource(
  cluster: ClusterEntry,
  user: UserEntry,
): () => Promise<PluginCredentials> {
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
  return async () => {
    const options: RequestOptions = {};
    try {
      await (await loaded).applyToHTTPSOptions(options);
    } catch (cause) {
      const { name = "" } = user["auth-provider"] ?? {};
      const why = (cause instanceof Error && cause.message.trim()) || "it said nothing";
      throw new Error(`Cannot get credentials from the auth provider "${name}": ${why}`, { cause });
    }
    const headers = new Headers(options.headers as Record<string, string> | undefined);
    const authorization = headers.get("authorization");
    const [cert, key] = [toPem(options.cert), toPem(options.key)];
    return {
      ...(authorization ? { authorization } : {}),
      ...(cert && key ? { cert, key } : {}),
    };
  };
}
