import type { NodeContainer, NodePod } from "./pod.ts";

/** Returns the decoded data of a Secret; undefined if the Secret does not exist. */
export type ReadSecret = (name: string) => Promise<Record<string, string> | undefined>;

/** Error for a container that cannot be created yet. The message is the one that a kubelet reports. */
export class ContainerConfigError extends Error {}

/**
 * Returns the environment that a kubelet computes from `env` and `envFrom` of a container.
 *
 * @throws {ContainerConfigError} if a Secret or a key in it does not exist
 */
export async function environment(
  pod: NodePod,
  { env = [], envFrom = [] }: NodeContainer,
  podIp: string,
  readSecret: ReadSecret,
): Promise<Record<string, string>> {
  const result: Record<string, string> = {};
  for (const { prefix = "", secretRef } of envFrom) {
    if (!secretRef) continue;
    const data = await readSecret(secretRef.name);
    if (!data && !secretRef.optional) throw missing(secretRef.name);
    for (const [key, value] of Object.entries(data ?? {})) result[prefix + key] = value;
  }
  for (const { name, value, valueFrom } of env) {
    const { fieldRef, secretKeyRef } = valueFrom ?? {};
    if (fieldRef) result[name] = field(pod, fieldRef.fieldPath, podIp);
    else if (secretKeyRef) {
      const { name: secret, key, optional } = secretKeyRef;
      const data = await readSecret(secret);
      const found = data?.[key];
      if (found !== undefined) result[name] = found;
      else if (!optional) throw missing(secret, data && key);
    } else result[name] = expand(value ?? "", result);
  }
  return result;
}

/**
 * Replaces `$(NAME)` with the value of the variable, and `$$` with `$`. Keeps references to unknown variables.
 *
 * See https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
 */
export function expand(text: string, env: Readonly<Record<string, string>>): string {
  return text.replaceAll(
    /\$(\$|\(([A-Za-z_][\w.-]*)\))/g,
    (whole, inner: string, name: string | undefined) =>
      inner === "$" ? "$" : env[name ?? ""] ?? whole,
  );
}

function field({ metadata, spec }: NodePod, path: string, podIp: string): string {
  const fields: Record<string, string | undefined> = {
    "metadata.name": metadata.name,
    "metadata.namespace": metadata.namespace,
    "metadata.uid": metadata.uid,
    "spec.nodeName": spec.nodeName,
    "spec.serviceAccountName": spec.serviceAccountName,
    "status.podIP": podIp,
  };
  const [, annotation] = /^metadata\.annotations\['(.+)'\]$/.exec(path) ?? [];
  // A kubelet uses "" for an absent annotation.
  const value = annotation === undefined ? fields[path] : metadata.annotations?.[annotation] ?? "";
  if (value !== undefined) return value;
  throw new ContainerConfigError(
    `Cannot read the field "${path}" of pod "${metadata.name}": it is not supported`,
  );
}

function missing(secret: string, key?: string): ContainerConfigError {
  return new ContainerConfigError(
    key === undefined
      ? `secret "${secret}" not found`
      : `couldn't find key ${key} in Secret ${secret}`,
  );
}
