import type { Clock } from "../clock.ts";
import { reasonOf } from "../errors.ts";
import type { ClusterEntry, ExecEntry } from "./kubeconfig_file.ts";

const API_VERSION = "client.authentication.k8s.io/v1";
/** Name of the part of a cluster entry that is meant for plugins. */
const CONFIG_EXTENSION = "client.authentication.k8s.io/exec";

/** For a plugin that asks nobody anything. */
const DEADLINE_MS = 60_000;
/** What ends this soon is not given out any more: connections use it for up to a minute. */
const RENEW_BEFORE_MS = 60_000;

/** What an exec plugin or an auth provider gave. */
export interface PluginCredentials {
  authorization?: string;
  cert?: string;
  key?: string;
}

/** What a plugin prints (client.authentication.k8s.io/v1). */
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
  /** Told to a plugin that asks for it. */
  cluster: ClusterEntry;
  clock: Clock;
  /** Whether somebody can answer its questions; asks the standard input by default. */
  terminal?: boolean;
}

/**
 * Makes a source of credentials from the program that a kubeconfig's user names (KEP-541). It runs with the first call,
 * and again when what it gave has ended. A call throws, with the plugin's name, when it cannot be run or gives nothing.
 */
export function createExecPlugin(options: ExecPluginOptions): () => Promise<PluginCredentials> {
  const { exec, clock } = options;
  let given: { credentials: PluginCredentials; endsMs: number } | undefined;
  return async () => {
    if (given && given.endsMs - RENEW_BEFORE_MS > clock.now()) return given.credentials;
    try {
      const { status } = readAnswer(await runPlugin(options), exec);
      const { token, clientCertificateData: cert, clientKeyData: key } = status;
      const endsMs = Date.parse(status.expirationTimestamp ?? "");
      const credentials = {
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...(cert && key ? { cert, key } : {}),
      };
      given = { credentials, endsMs: Number.isNaN(endsMs) ? Infinity : endsMs };
      return credentials;
    } catch (cause) {
      const why = reasonOf(cause);
      throw new Error(`Cannot get credentials from the exec plugin "${exec.command}": ${why}`, {
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
      'it wants to ask questions ("interactiveMode: Always"), and the standard input is no terminal; use another user',
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
    throw new Error(`there is no such program on the PATH${hint}`, { cause });
  }
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  if (output.success) return text(output.stdout);
  const said = text(output.stderr).trim() || "it said nothing";
  throw new Error(`it ended with exit code ${output.code}: ${said}`);
}

/** Never quotes the answer, which holds secrets. */
function readAnswer(
  text: string,
  { apiVersion = API_VERSION }: ExecEntry,
): Required<Pick<ExecCredential, "status">> {
  let answer: ExecCredential | null;
  try {
    answer = JSON.parse(text);
  } catch {
    throw new Error("what it printed is no JSON");
  }
  if (answer?.apiVersion && answer.apiVersion !== apiVersion) {
    throw new Error(`it speaks "${answer.apiVersion}", and the kubeconfig says "${apiVersion}"`);
  }
  const status = answer?.status;
  if (!status?.token && !(status?.clientCertificateData && status.clientKeyData)) {
    throw new Error("what it printed has neither a token nor a certificate with its key");
  }
  return { status };
}

/** The cluster as a plugin is told of it: with the content of files instead of their paths. */
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
