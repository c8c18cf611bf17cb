import { type Clock, systemClock } from "../clock.ts";
import type { ClusterConfig, Credentials } from "../config.ts";
import { reasonOf } from "../errors.ts";
import { cacheCredentials } from "./credential_cache.ts";

const FOLDER = "/var/run/secrets/kubernetes.io/serviceaccount";

/** Options of {@linkcode inClusterConfig}; tests replace the defaults. */
export interface InClusterOptions {
  /** The folder where the kubelet mounts the credentials of the ServiceAccount. */
  folder?: string;
  /** Returns the value of an environment variable; `Deno.env.get` by default. */
  env?: (name: string) => string | undefined;
  clock?: Clock;
}

/**
 * Returns the configuration of an API client that runs in a pod. Environment variables contain the address of the API
 * server. The files of the ServiceAccount contain the token, the CA and the namespace. The client reads the token and
 * the CA again every minute, and after a 401. Throws outside a pod or if a file is missing.
 */
export async function inClusterConfig(options: InClusterOptions = {}): Promise<ClusterConfig> {
  const { folder = FOLDER, env = Deno.env.get, clock = systemClock } = options;
  const host = env("KUBERNETES_SERVICE_HOST");
  const port = env("KUBERNETES_SERVICE_PORT");
  if (!host || !port) {
    throw new Error(
      `Cannot find the API server: "KUBERNETES_SERVICE_HOST" or "KUBERNETES_SERVICE_PORT" is not set; outside a pod, use a kubeconfig file`,
    );
  }

  async function load(): Promise<Credentials> {
    const [token, ca] = await Promise.all([read(folder, "token"), read(folder, "ca.crt")]);
    return { headers: { authorization: `Bearer ${token.trim()}` }, tls: { caCerts: [ca] } };
  }

  const credentials = cacheCredentials(load, clock);
  await credentials();
  return {
    server: `https://${host.includes(":") ? `[${host}]` : host}:${port}`,
    namespace: (await read(folder, "namespace")).trim(),
    source: "ServiceAccount of the pod",
    credentials,
  };
}

async function read(folder: string, file: string): Promise<string> {
  try {
    return await Deno.readTextFile(`${folder}/${file}`);
  } catch (cause) {
    const message = `Cannot read the file "${file}" of the ServiceAccount: ${reasonOf(cause)}`;
    throw new Error(`${message}; check whether "automountServiceAccountToken" is false`, { cause });
  }
}

/** Returns whether the process runs in a pod: the kubelet sets the variables `KUBERNETES_SERVICE_*` in containers. */
export function isInCluster(env: (name: string) => string | undefined = Deno.env.get): boolean {
  return Boolean(env("KUBERNETES_SERVICE_HOST") && env("KUBERNETES_SERVICE_PORT"));
}
