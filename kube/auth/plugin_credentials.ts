import type { RequestOptions } from "node:https";
import type { Clock } from "../clock.ts";
import { reasonOf } from "../errors.ts";
import type { ClusterEntry, ExecEntry, KubeconfigContext, UserEntry } from "./kubeconfig_file.ts";

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

const API_VERSION = "client.authentication.k8s.io/v1";
/** Name of the extension in a cluster entry that plugins receive. */
const CONFIG_EXTENSION = "client.authentication.k8s.io/exec";

/** Deadline of a plugin that cannot ask the user. */
const DEADLINE_MS = 60_000;
/** Credentials are renewed this long before they expire, because connections use them for up to a minute. */
const RENEW_BEFORE_MS = 60_000;

/** Credentials from an exec plugin or an auth provider. */
export interface PluginCredentials {
  authorization?: string;
  cert?: string;
  key?: string;
}

/** The output of a plugin (client.authentication.k8s.io/v1). */
interface ExecCredential {
  apiVersion?: string;
  status?: {
    token?: string;
    clientCertificateData?: string;
    clientKeyData?: string;
    /** RFC 3339. */
    expirationTimestamp?: string;
  };
}

export interface ExecPluginOptions {
  exec: ExecEntry;
  /** The plugin receives this if its entry requests it. */
  cluster: ClusterEntry;
  clock: Clock;
  /** Whether the plugin can ask the user; by default, whether standard input is a terminal. */
  terminal?: boolean;
}

/**
 * Returns a function that gets credentials from the exec plugin of a kubeconfig user (KEP-541). The plugin runs at the
 * first call, and again when its credentials expire. A call throws if the plugin fails or prints no credentials.
 */
export function createExecPlugin(options: ExecPluginOptions): () => Promise<PluginCredentials> {
  const { exec, clock } = options;
  let cached: { credentials: PluginCredentials; expiresMs: number } | undefined;
  return async () => {
    if (cached && cached.expiresMs - RENEW_BEFORE_MS > clock.now()) return cached.credentials;
    try {
      const { status } = parseOutput(await runPlugin(options), exec);
      const { token, clientCertificateData: cert, clientKeyData: key } = status;
      const expiresMs = Date.parse(status.expirationTimestamp ?? "");
      const credentials = {
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...(cert && key ? { cert, key } : {}),
      };
      cached = { credentials, expiresMs: Number.isNaN(expiresMs) ? Infinity : expiresMs };
      return credentials;
    } catch (cause) {
      const reason = reasonOf(cause);
      throw new Error(`Cannot get credentials from the exec plugin "${exec.command}": ${reason}`, {
        cause,
      });
    }
  };
}

async function runPlugin(
  { exec, cluster, terminal = Deno.stdin.isTerminal() }: ExecPluginOptions,
): Promise<string> {
  const { interactiveMode = "IfAvailable" } = exec;
  if (interactiveMode === "Always" && !terminal) {
    throw new Error(
      'it must ask the user ("interactiveMode: Always"), but standard input is not a terminal; use another user',
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
  throw new Error(`it ended with exit code ${output.code}: ${message}`);
}

/** Parses the output of a plugin. Errors never quote it, because it contains secrets. */
function parseOutput(
  text: string,
  { apiVersion = API_VERSION }: ExecEntry,
): Required<Pick<ExecCredential, "status">> {
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
  if (!status?.token && !(status?.clientCertificateData && status.clientKeyData)) {
    throw new Error("its output has neither a token nor a certificate with its key");
  }
  return { status };
}

/** Returns the cluster entry for a plugin, with the content of files instead of their paths. */
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
