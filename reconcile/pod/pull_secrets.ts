import { ANNOTATIONS } from "../../crds/labels.ts";
import type { Secret } from "../../kube/builtin.ts";
import { identityOf, type KubeObject } from "../../kube/object.ts";
import type { ServiceInput, ServiceSpec } from "../dynamo/service_input.ts";

/** Type of the Secrets that the operator reads to find pull Secrets. */
export const DOCKER_CONFIG_TYPE = "kubernetes.io/dockerconfigjson";
const DOCKER_CONFIG_KEY = ".dockerconfigjson";

/** A pull Secret without its credentials: it contains only the registry hosts. */
export interface PullSecret extends KubeObject {
  registryHosts: string[];
}

/** Reduces a Secret to the registry hosts for which it has credentials. An invalid Secret yields an empty list. */
export function pullSecret({ apiVersion, kind, metadata, type, data }: Secret): PullSecret {
  return {
    apiVersion,
    kind,
    metadata: identityOf(metadata),
    registryHosts: type === DOCKER_CONFIG_TYPE ? hostsIn(data?.[DOCKER_CONFIG_KEY] ?? "") : [],
  };
}

/**
 * Returns the names of the pull Secrets that the operator discovers in the namespace for the image of the main
 * container. Omits the pull Secrets that the user names.
 */
export function discoveredPullSecrets(
  { spec }: ServiceInput,
  pullSecrets: readonly PullSecret[],
): string[] {
  const image = spec.extraPodSpec?.mainContainer?.image;
  if (!image || isDiscoveryDisabled(spec)) return [];
  const named = namedPullSecrets(spec);
  return pullSecretsFor(image, pullSecrets).filter((name) => !named.has(name));
}

/** Returns whether an annotation of the service disables the discovery of pull Secrets. */
export function isDiscoveryDisabled({ annotations }: ServiceSpec): boolean {
  return annotations?.[ANNOTATIONS.disableImagePullSecretDiscovery] === "true";
}

/** Returns the names of the pull Secrets in the user's pod spec. */
export function namedPullSecrets({ extraPodSpec }: ServiceSpec): ReadonlySet<string | undefined> {
  return new Set(extraPodSpec?.imagePullSecrets?.map(({ name }) => name));
}

/** Returns the names of the Secrets for the registry of an image, in alphabetical order. */
export function pullSecretsFor(image: string, secrets: readonly PullSecret[]): string[] {
  const host = registryHost(image);
  if (host === undefined) return [];
  return secrets.filter(({ registryHosts }) => registryHosts.includes(host))
    .map(({ metadata }) => metadata.name).sort();
}

/**
 * Returns the registry host, with its port, of an image reference or of a key in a Docker configuration
 * (`nvcr.io/nvidia/x:1`, `https://index.docker.io/v1/`, `registry.local:5000`); undefined if there is none.
 *
 * Short names of Docker Hub are parsed as in the Go operator. For `library/ubuntu`, the result is `library`, which
 * matches no Secret. For `ubuntu:22.04`, the result is undefined.
 */
export function registryHost(reference: string): string | undefined {
  const scheme = reference.indexOf("://");
  const rest = scheme < 0 ? reference : reference.slice(scheme + "://".length);
  const authority = /^[^/?#]*/.exec(rest)?.[0] ?? "";
  const host = authority.slice(authority.lastIndexOf("@") + 1);
  const port = /:([^:\]]*)$/.exec(host)?.[1];
  if (host === "" || (port !== undefined && !/^\d*$/.test(port))) return undefined;
  return host;
}

function hostsIn(base64: string): string[] {
  let config: unknown;
  try {
    const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
    config = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    // The operator does not log this error, because the message may quote credentials. If a pod needs the Secret, the
    // kubelet reports that the Secret is invalid.
    return [];
  }
  const auths = isObject(config) && isObject(config["auths"]) ? config["auths"] : {};
  const hosts = Object.keys(auths).map(registryHost).filter((host) => host !== undefined);
  return [...new Set(hosts)].sort();
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
