import type { Secret } from "../../kube/builtin.ts";
import type { KubeObject } from "../../kube/object.ts";
import { registryHost } from "./registry_host.ts";

export const DOCKER_CONFIG_TYPE = "kubernetes.io/dockerconfigjson";
const DOCKER_CONFIG_KEY = ".dockerconfigjson";

/** All that is kept of a pull Secret: which registries it opens. Never what opens them. */
export interface PullSecret extends KubeObject {
  registryHosts: string[];
}

/**
 * Projects a Secret to the registries it has credentials for. One that cannot be read opens none, and does not
 * disturb the others.
 */
export function pullSecret(secret: Secret): PullSecret {
  const { name, namespace, uid, resourceVersion } = secret.metadata;
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      name,
      ...(namespace && { namespace }),
      ...(uid && { uid }),
      ...(resourceVersion && { resourceVersion }),
    },
    registryHosts: secret.type === DOCKER_CONFIG_TYPE
      ? hostsIn(secret.data?.[DOCKER_CONFIG_KEY] ?? "")
      : [],
  };
}

/** Names of the Secrets that open the registry of an image, in alphabetical order. */
export function pullSecretsFor(image: string, secrets: readonly PullSecret[]): string[] {
  const host = registryHost(image);
  if (host === undefined) return [];
  return secrets.filter(({ registryHosts }) => registryHosts.includes(host))
    .map(({ metadata }) => metadata.name).sort();
}

function hostsIn(base64: string): string[] {
  let config: unknown;
  try {
    const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
    config = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    // Whoever pulls with this Secret hears of it from the kubelet; its content must not reach a log.
    return [];
  }
  const auths = isObject(config) && isObject(config["auths"]) ? config["auths"] : {};
  const hosts = Object.keys(auths).map(registryHost).filter((host) => host !== undefined);
  return [...new Set(hosts)].sort();
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
