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
import { createPluginSource, needsPlugin } from "./plugin_credentials.ts";

export interface KubeconfigOptions {
  /** Files as in `$KUBECONFIG`: what several name is taken from the first. */
  paths: readonly string[];
  /** The current context by default. */
  context?: string | undefined;
  clock?: Clock;
}

/** The content of a file that a kubeconfig names under `key`. */
async function readNamed(key: string, path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (cause) {
    const why = reasonOf(cause);
    throw new Error(`Cannot read the "${key}" of the kubeconfig: ${why}`, { cause });
  }
}

type PemKey = "certificate-authority" | "client-certificate" | "client-key";

/** Data in the entry wins over a path, as in kubectl; the file is read each time, it may be rotated. */
async function pem(
  entry: Partial<Record<PemKey | `${PemKey}-data`, string>>,
  key: PemKey,
): Promise<string | undefined> {
  const { [key]: path, [`${key}-data` as const]: data } = entry;
  if (!data) return path ? await readNamed(key, path) : undefined;
  try {
    return new TextDecoder().decode(Uint8Array.fromBase64(data));
  } catch {
    // The cause would quote the key.
    throw new Error(`Cannot read the "${key}-data" of the kubeconfig: it is no base64`);
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

/** A token file wins over a token, and either over user name and password. */
async function authorizationOf(user: UserEntry): Promise<string | undefined> {
  if (user.tokenFile) return `Bearer ${(await readNamed("tokenFile", user.tokenFile)).trim()}`;
  if (user.token) return `Bearer ${user.token.trim()}`;
  if (!user.username) return undefined;
  return `Basic ${new TextEncoder().encode(`${user.username}:${user.password ?? ""}`).toBase64()}`;
}

function refuseUnsupported({ name, user }: KubeconfigContext): void {
  for (const key of ["as-uid", "as-groups", "as-user-extra"] as const) {
    if (user[key]) {
      throw new Error(
        `Cannot use context "${name}": the user's "${key}" is not supported; use a user without it`,
      );
    }
  }
}

async function readFiles(paths: readonly string[]): Promise<{ path: string; text: string }[]> {
  const files: { path: string; text: string }[] = [];
  for (const path of paths) {
    try {
      files.push({ path, text: await Deno.readTextFile(path) });
    } catch (cause) {
      // As in kubectl, not every file of a list needs to exist.
      if (cause instanceof Deno.errors.NotFound && paths.length > 1) continue;
      const why = reasonOf(cause);
      throw new Error(`Cannot read kubeconfig "${path}": ${why}`, { cause });
    }
  }
  return files;
}

/**
 * The API server of a kubeconfig's context, with its user's token, token file, client certificate, password, exec
 * plugin or OIDC provider. Certificate and token files are read again once a minute, the kubeconfig after a 401. Throws
 * where the file or the context cannot be used.
 */
export async function kubeconfigConfig(options: KubeconfigOptions): Promise<ClusterConfig> {
  const { paths, clock = systemClock } = options;
  const select = async () => selectContext(await readFiles(paths), options.context);
  const first = await select();
  refuseUnsupported(first);
  let plugin = needsPlugin(first.user) ? createPluginSource(first, clock) : undefined;

  async function load(anew: boolean): Promise<Credentials> {
    const context = anew ? await select() : first;
    if (anew && plugin) plugin = createPluginSource(context, clock);
    const { user, cluster } = context;
    const given = await plugin?.();
    const authorization = given?.authorization ?? await authorizationOf(user);
    const tls = await tlsOf(cluster, user);
    return {
      headers: {
        ...(authorization ? { authorization } : {}),
        ...(user.as ? { "impersonate-user": user.as } : {}),
      },
      tls: given?.cert && given.key ? { ...tls, cert: given.cert, key: given.key } : tls,
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
