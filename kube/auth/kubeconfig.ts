import { type Clock, systemClock } from "../clock.ts";
import type { ClusterConfig, Credentials, TlsMaterial } from "../config.ts";
import { cacheCredentials } from "./credential_cache.ts";
import { reasonOf } from "../errors.ts";
import {
  type ClusterEntry,
  type KubeconfigContext,
  selectContext,
  type UserEntry,
} from "./kubeconfig_file.ts";
import { createPluginSource } from "./plugin_credentials.ts";

/** Options of {@linkcode kubeconfigConfig}. */
export interface KubeconfigOptions {
  /**
   * Paths of kubeconfig files, as in `$KUBECONFIG`. If several files have an entry with the same name, the first
   * entry takes precedence.
   */
  paths: readonly string[];
  /** Name of the context to use; the current context by default. */
  context?: string | undefined;
  clock?: Clock;
}

/** Returns the content of the file at `path`. Errors name `key`, the kubeconfig field that contains the path. */
async function readNamed(key: string, path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (cause) {
    throw new Error(`Cannot read the "${key}" of the kubeconfig: ${reasonOf(cause)}`, { cause });
  }
}

type PemKey = "certificate-authority" | "client-certificate" | "client-key";

/** Returns a certificate or private key in PEM format. As in kubectl, inline data takes precedence over a file. */
async function pem(
  entry: Partial<Record<PemKey | `${PemKey}-data`, string>>,
  key: PemKey,
): Promise<string | undefined> {
  const { [key]: path, [`${key}-data` as const]: data } = entry;
  if (!data) return path ? await readNamed(key, path) : undefined;
  try {
    return new TextDecoder().decode(Uint8Array.fromBase64(data));
  } catch {
    // The error has no `cause`, because the decoder's message quotes the data, for example a private key.
    throw new Error(`Cannot read the "${key}-data" of the kubeconfig: it is not base64`);
  }
}

async function tlsOf(cluster: ClusterEntry, user: UserEntry): Promise<TlsMaterial> {
  const insecure = cluster["insecure-skip-tls-verify"];
  const [ca, cert, key] = await Promise.all([
    pem(cluster, "certificate-authority"),
    pem(user, "client-certificate"),
    pem(user, "client-key"),
  ]);
  return {
    ...(ca && !insecure ? { caCerts: [ca] } : {}),
    ...(cert && key ? { cert, key } : {}),
    ...(cluster["tls-server-name"] ? { serverName: cluster["tls-server-name"] } : {}),
    ...(insecure ? { insecureSkipVerify: true } : {}),
    ...(cluster["proxy-url"] ? { proxyUrl: cluster["proxy-url"] } : {}),
  };
}

/**
 * Returns the Authorization header for a user entry. The token file takes precedence over the token, and the token over
 * the password.
 */
async function authorizationOf(user: UserEntry): Promise<string | undefined> {
  if (user.tokenFile) return `Bearer ${(await readNamed("tokenFile", user.tokenFile)).trim()}`;
  if (user.token) return `Bearer ${user.token.trim()}`;
  if (!user.username) return undefined;
  return `Basic ${new TextEncoder().encode(`${user.username}:${user.password ?? ""}`).toBase64()}`;
}

function refuseUnsupported({ name, user }: KubeconfigContext): void {
  const key = (["as-uid", "as-groups", "as-user-extra"] as const).find((key) => user[key]);
  if (!key) return;
  throw new Error(
    `Cannot use context "${name}": the user entry has the unsupported field "${key}"; select a user entry without this field`,
  );
}

async function readFiles(paths: readonly string[]): Promise<{ path: string; text: string }[]> {
  const files: { path: string; text: string }[] = [];
  for (const path of paths) {
    try {
      files.push({ path, text: await Deno.readTextFile(path) });
    } catch (cause) {
      // As in kubectl, a missing file is skipped if $KUBECONFIG lists several files.
      if (cause instanceof Deno.errors.NotFound && paths.length > 1) continue;
      throw new Error(`Cannot read kubeconfig "${path}": ${reasonOf(cause)}`, { cause });
    }
  }
  return files;
}

/**
 * Returns the configuration of an API client for a kubeconfig context. The user entry of the context may have a token,
 * token file, client certificate, password, exec plugin or OIDC provider. The client reads certificate and token files
 * again every minute, and the kubeconfig after a 401. Throws if a file or the context is invalid.
 */
export async function kubeconfigConfig(options: KubeconfigOptions): Promise<ClusterConfig> {
  const { paths, clock = systemClock } = options;
  const select = async () => selectContext(await readFiles(paths), options.context);
  const first = await select();
  refuseUnsupported(first);
  let plugin = createPluginSource(first, clock);

  async function load(bypassCaches: boolean): Promise<Credentials> {
    const context = bypassCaches ? await select() : first;
    if (bypassCaches && plugin) plugin = createPluginSource(context, clock);
    const { user, cluster } = context;
    const { authorization = await authorizationOf(user), ...certificate } = await plugin?.() ?? {};
    return {
      headers: {
        ...(authorization ? { authorization } : {}),
        ...(user.as ? { "impersonate-user": user.as } : {}),
      },
      tls: { ...await tlsOf(cluster, user), ...certificate },
    };
  }

  const credentials = cacheCredentials(load, clock);
  await credentials();
  return {
    server: first.cluster.server.replace(/\/+$/, ""),
    namespace: first.namespace,
    source: `context "${first.name}" of ${paths.map((path) => `"${path}"`).join(", ")}`,
    credentials,
  };
}
