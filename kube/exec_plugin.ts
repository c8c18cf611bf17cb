import type { Clock } from "./clock.ts";
import type { ClusterEntry, ExecEntry } from "./kubeconfig_file.ts";

/** What an exec plugin or an auth provider gave. */
export interface PluginCredentials {
  authorization?: string;
  cert?: string;
  key?: string;
}

/** The part of an ExecCredential (client.authentication.k8s.io) that a plugin answers with. */
interface ExecStatus {
  token?: string;
  clientCertificateData?: string;
  clientKeyData?: string;
  /** RFC 3339; without it the credentials are good until they are refused. */
  expirationTimestamp?: string;
}

const DEADLINE_MS = 60_000;
/** Credentials that end this soon are not given out any more: they are used for up to a minute. */
const RENEW_BEFORE_MS = 60_000;
const DEFAULT_VERSION = "client.authentication.k8s.io/v1";

/**
 * Makes a source of credentials from an exec plugin (KEP-541). Each call gives what is valid now; an answer is kept
 * until it ends, so one that the server refused needs a new source. The plugin has this process' environment and no
 * standard input.
 *
 * @throws where the plugin cannot be run, fails, says nothing for a minute, or answers with no credentials
 */
export function createExecSource(
  exec: ExecEntry,
  cluster: ClusterEntry,
  clock: Clock,
): () => Promise<PluginCredentials> {
  let kept: { credentials: PluginCredentials; untilMs: number } | undefined;
  return async () => {
    if (kept && clock.now() < kept.untilMs - RENEW_BEFORE_MS) return kept.credentials;
    try {
      const status = answer(await runPlugin(exec, cluster));
      kept = { credentials: credentialsOf(status), untilMs: endOf(status) };
      return kept.credentials;
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new Error(`Cannot get credentials from the exec plugin "${exec.command}": ${why}`, {
        cause,
      });
    }
  };
}

async function runPlugin(exec: ExecEntry, cluster: ClusterEntry): Promise<string> {
  const info = {
    apiVersion: exec.apiVersion ?? DEFAULT_VERSION,
    kind: "ExecCredential",
    spec: { interactive: false, ...(exec.provideClusterInfo ? { cluster } : {}) },
  };
  const env = Object.fromEntries((exec.env ?? []).map(({ name, value }) => [name, value]));
  const { code, stdout, stderr } = await new Deno.Command(exec.command, {
    args: exec.args ?? [],
    env: { ...env, KUBERNETES_EXEC_INFO: JSON.stringify(info) },
    stdin: "null",
    signal: AbortSignal.timeout(DEADLINE_MS),
  }).output();
  if (code === 0) return new TextDecoder().decode(stdout);
  throw new Error(new TextDecoder().decode(stderr).trim() || `it ended with exit code ${code}`);
}

/** What is quoted in messages is never the answer itself, which holds secrets. */
function answer(text: string): ExecStatus {
  let status: ExecStatus | undefined;
  try {
    status = JSON.parse(text)?.status;
  } catch {
    throw new Error("it answered with something that is no JSON");
  }
  if (status?.token || (status?.clientCertificateData && status.clientKeyData)) return status;
  throw new Error("it answered with neither a token nor a certificate and its key");
}

function credentialsOf(
  { token, clientCertificateData, clientKeyData }: ExecStatus,
): PluginCredentials {
  return {
    ...(token ? { authorization: `Bearer ${token}` } : {}),
    ...(clientCertificateData && clientKeyData
      ? { cert: clientCertificateData, key: clientKeyData }
      : {}),
  };
}

function endOf({ expirationTimestamp }: ExecStatus): number {
  const endMs = Date.parse(expirationTimestamp ?? "");
  return Number.isNaN(endMs) ? Infinity : endMs;
}
