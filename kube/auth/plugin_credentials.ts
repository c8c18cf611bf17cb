import type { RequestOptions } from "node:https";
import type { Clock } from "../clock.ts";
import { createExecPlugin, type PluginCredentials } from "./exec_plugin.ts";
import type { ClusterEntry, KubeconfigContext, UserEntry } from "./kubeconfig_file.ts";

function toPem(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  return value instanceof Uint8Array ? new TextDecoder().decode(value) : undefined;
}

/** Returns whether the credentials of a user come from an exec plugin or an OIDC provider. */
export function needsPlugin(user: UserEntry): boolean {
  return Boolean(user.exec || user["auth-provider"]);
}

/**
 * Returns a function that gets credentials from an exec plugin or an OIDC provider. It caches them until they expire, so
 * after a rejection by the API server the caller must create a new source.
 */
export function createPluginSource(
  { cluster, user }: KubeconfigContext,
  clock: Clock,
): () => Promise<PluginCredentials> {
  const { exec } = user;
  return exec ? createExecPlugin({ exec, cluster, clock }) : createProviderSource(cluster, user);
}

/** Gets credentials from an OIDC provider. Only this loads `@kubernetes/client-node`, which needs memory and time. */
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
      const reason = (cause instanceof Error && cause.message.trim()) || "it gave no reason";
      throw new Error(`Cannot get credentials from the auth provider "${name}": ${reason}`, {
        cause,
      });
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
