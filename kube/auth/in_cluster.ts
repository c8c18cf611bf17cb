import { type Clock, systemClock } from "../clock.ts";
import type { ClusterConfig, Credentials } from "../config.ts";
import { cacheCredentials } from "./credential_cache.ts";
import { reasonOf } from "../errors.ts";

const FOLDER = "/var/run/secrets/kubernetes.io/serviceaccount";

export interface InClusterOptions {
  /** Where the kubelet mounts the service account. */
  folder?: string;
  /** Environment, `Deno.env.get` by default. */
  env?: (name: string) => string | undefined;
  clock?: Clock;
}

/**
 * The API server as a pod sees it: address from the environment, token, CA and namespace from the service account's
 * folder. Token and CA are read again once a minute and after a 401. Throws outside a pod or without the files.
 */
export async function inClusterConfig(options: InClusterOptions = {}): Promise<ClusterConfig> {
  const { folder = FOLDER, env = Deno.env.get, clock = systemClock } = options;
  const host = env("KUBERNETES_SERVICE_HOST");
  const port = env("KUBERNETES_SERVICE_PORT");
  if (!host || !port) {
    throw new Error(
      `Cannot find the API server: "KUBERNETES_SERVICE_HOST" and "KUBERNETES_SERVICE_PORT" are set in pods only; outside a cluster use a kubeconfig file`,
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
    source: "service account of the pod",
    credentials,
  };
}

async function read(folder: string, file: string): Promise<string> {
  try {
    return await Deno.readTextFile(`${folder}/${file}`);
  } catch (cause) {
    const why = reasonOf(cause);
    throw new Error(
      `Cannot read the service account's "${file}": ${why}; is "automountServiceAccountToken" false?`,
      { cause },
    );
  }
}

/** Returns whether the process runs in a pod: the kubelet sets the API server's address in every container. */
export function isInCluster(env: (name: string) => string | undefined = Deno.env.get): boolean {
  return Boolean(env("KUBERNETES_SERVICE_HOST") && env("KUBERNETES_SERVICE_PORT"));
}
