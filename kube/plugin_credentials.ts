import type { RequestOptions } from "node:https";
import type { ClusterEntry, ExecEntry, KubeconfigContext, UserEntry } from "./kubeconfig_file.ts";

/** What an exec plugin or an auth provider gave. */
export interface PluginCredentials {
  authorization?: string;
  cert?: string;
  key?: string;
}

/** Tells an exec plugin what it asks for (KEP-541); some refuse to run without. */
function withExecInfo(exec: ExecEntry, cluster: ClusterEntry): ExecEntry {
  const info = {
    apiVersion: exec.apiVersion ?? "client.authentication.k8s.io/v1",
    kind: "ExecCredential",
    spec: { interactive: false, ...(exec.provideClusterInfo ? { cluster } : {}) },
  };
  const env = [...exec.env ?? [], { name: "KUBERNETES_EXEC_INFO", value: JSON.stringify(info) }];
  return { ...exec, env, args: exec.args ?? [] };
}

function toPem(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  return value instanceof Uint8Array ? new TextDecoder().decode(value) : undefined;
}

/** Whether a user's credentials come from a program or an OIDC provider, not from the file. */
export function needsPlugin(user: UserEntry): boolean {
  return Boolean(user.exec || user["auth-provider"]);
}

/**
 * Makes a source of credentials from exec plugins and auth providers (OIDC). Each call gives what is valid now; a
 * source keeps a plugin's answer until it ends, so one that the server rejected needs a new source. Loads
 * `@kubernetes/client-node`, which costs memory and start-up time, with the first call.
 */
export function createPluginSource(context: KubeconfigContext): () => Promise<PluginCredentials> {
  const { cluster, user } = context;
  const { exec } = user;
  const document = {
    clusters: [{ name: "cluster", cluster: { server: cluster.server } }],
    users: [{ name: "user", user: exec ? { ...user, exec: withExecInfo(exec, cluster) } : user }],
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
      const source = exec ? `exec plugin "${exec.command}"` : `auth provider`;
      const why = (cause instanceof Error && cause.message.trim()) || "it said nothing";
      throw new Error(`Cannot get credentials from the ${source}: ${why}`, { cause });
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
