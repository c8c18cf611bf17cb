import type { RequestOptions } from "node:https";
import type { Clock } from "../clock.ts";
import { reasonOf } from "../errors.ts";
import type { ClusterEntry, ExecEntry, KubeconfigContext, UserEntry } from "./kubeconfig_file.ts";

/** Credentials from an exec plugin or an OIDC provider. */
export interface PluginCredentials {
  authorization?: string;
  cert?: string;
  key?: string;
}

/**
 * Returns a function that gets the credentials of a user entry from its exec plugin or OIDC provider. Returns undefined
 * if the user entry has neither. The function caches the credentials until they expire. If the API server rejects them
 * earlier, the caller must create a new function.
 */
export function createPluginSource(
  { cluster, user }: KubeconfigContext,
  clock: Clock,
): (() => Promise<PluginCredentials>) | undefined {
  const { exec, "auth-provider": provider } = user;
  if (exec) return createExecPlugin({ exec, cluster, clock });
  return provider && createProviderSource(provider.name, cluster, user);
}

const API_VERSION = "client.authentication.k8s.io/v1";
/** Name of an extension in a cluster entry. Exec plugins receive the value of this extension. */
const CONFIG_EXTENSION = "client.authentication.k8s.io/exec";
/** Maximum run time of an exec plugin that cannot ask the user for input. */
const DEADLINE_MS = 60_000;
/**
 * The operator renews credentials that expire in less than this time, because the credential cache may return them for
 * another minute.
 */
const RENEW_BEFORE_MS = 60_000;

/** The output of an exec plugin (client.authentication.k8s.io/v1). */
interface ExecCredential {
  apiVersion?: string;
  status?: {
    token?: string;
    clientCertificateData?: string;
    clientKeyData?: string;
    /** Expiry of the credentials as an RFC 3339 time. */
    expirationTimestamp?: string;
  };
}

export interface ExecPluginOptions {
  exec: ExecEntry;
  /** Cluster entry of the kubeconfig. An exec plugin with `provideClusterInfo` receives it. */
  cluster: ClusterEntry;
  clock: Clock;
  /** Whether the exec plugin can prompt the user; by default true if standard input is a terminal. */
  terminal?: boolean;
}

/**
 * Returns a function that gets credentials from the exec plugin of a user entry (KEP-541). The first call runs the
 * plugin. A later call runs it again if the credentials expire within a minute. A call throws if the plugin fails or
 * prints no credentials.
 */
export function createExecPlugin(options: ExecPluginOptions): () => Promise<PluginCredentials> {
  const { exec, clock } = options;
  let cached: { credentials: PluginCredentials; expiresMs: number } | undefined;
  return async () => {
    if (cached && cached.expiresMs - RENEW_BEFORE_MS > clock.epochMs()) return cached.credentials;
    try {
      const { token, clientCertificateData, clientKeyData, expirationTimestamp = "" } = parseOutput(
        await runPlugin(options),
        exec,
      );
      const expiresMs = Date.parse(expirationTimestamp);
      const authorization = token && `Bearer ${token}`;
      const credentials = present(authorization, clientCertificateData, clientKeyData);
      cached = { credentials, expiresMs: Number.isNaN(expiresMs) ? Infinity : expiresMs };
      return credentials;
    } catch (cause) {
      throw refusal(`exec plugin "${exec.command}"`, reasonOf(cause), cause);
    }
  };
}

async function runPlugin(
  { exec, cluster, terminal = Deno.stdin.isTerminal() }: ExecPluginOptions,
): Promise<string> {
  const { interactiveMode = "IfAvailable" } = exec;
  if (interactiveMode === "Always" && !terminal) {
    throw new Error(
      'it must ask the user ("interactiveMode: Always"), but standard input is not a terminal; select another user entry of the kubeconfig',
    );
  }
  const interactive = terminal && interactiveMode !== "Never";
  const info = {
    apiVersion: exec.apiVersion ?? API_VERSION,
    kind: "ExecCredential",
    spec: { interactive, ...(exec.provideClusterInfo ? { cluster: await describe(cluster) } : {}) },
  };
  const env = Object.fromEntries((exec.env ?? []).map(({ name, value }) => [name, value]));
  const command = new Deno.Command(exec.command, {
    args: exec.args ?? [],
    env: { ...env, KUBERNETES_EXEC_INFO: JSON.stringify(info) },
    stdin: interactive ? "inherit" : "null",
    ...(interactive ? {} : { signal: AbortSignal.timeout(DEADLINE_MS) }),
  });
  let output: Deno.CommandOutput;
  try {
    output = await command.output();
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw cause;
    const hint = exec.installHint ? `: ${exec.installHint.trim()}` : "; install it";
    throw new Error(`the program is not on the PATH${hint}`, { cause });
  }
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  if (output.success) return text(output.stdout);
  const message = text(output.stderr).trim() || "it printed no message";
  throw new Error(`it exited with code ${output.code}: ${message}`);
}

/** Parses the output of an exec plugin. Errors never quote the output, because it contains secrets. */
function parseOutput(text: string, { apiVersion = API_VERSION }: ExecEntry) {
  let output: ExecCredential | null;
  try {
    output = JSON.parse(text);
  } catch {
    throw new Error("its output is not JSON");
  }
  if (output?.apiVersion && output.apiVersion !== apiVersion) {
    throw new Error(
      `its output has version "${output.apiVersion}", but the kubeconfig requires "${apiVersion}"`,
    );
  }
  const status = output?.status;
  if (status?.token || (status?.clientCertificateData && status.clientKeyData)) return status;
  throw new Error("its output has neither a token nor a certificate with its key");
}

/** Returns the cluster entry for an exec plugin, with the content of the CA file instead of its path. */
async function describe(cluster: ClusterEntry) {
  const { "certificate-authority": path, extensions, ...rest } = cluster;
  const config = extensions?.find(({ name }) => name === CONFIG_EXTENSION)?.extension;
  const known = rest["certificate-authority-data"];
  const data = known ?? (path ? (await Deno.readFile(path)).toBase64() : undefined);
  return {
    ...rest,
    ...(data ? { "certificate-authority-data": data } : {}),
    ...(config === undefined ? {} : { config }),
  };
}

/** Returns a function that gets OIDC credentials. Imports `@kubernetes/client-node` lazily, to save memory. */
function createProviderSource(
  provider: string,
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
      const reason = (cause instanceof Error && cause.message.trim()) || "it gave no reason";
      throw refusal(`auth provider "${provider}"`, reason, cause);
    }
    const headers = new Headers(options.headers as Record<string, string> | undefined);
    return present(headers.get("authorization"), toPem(options.cert), toPem(options.key));
  };
}

function toPem(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  return value instanceof Uint8Array ? new TextDecoder().decode(value) : undefined;
}

/** Returns the credentials without empty fields. Also omits a certificate without a private key. */
function present(
  authorization: string | null | undefined,
  cert: string | undefined,
  key: string | undefined,
): PluginCredentials {
  return { ...(authorization ? { authorization } : {}), ...(cert && key ? { cert, key } : {}) };
}

function refusal(source: string, reason: string, cause: unknown): Error {
  return new Error(`Cannot get credentials from the ${source}: ${reason}`, { cause });
}
