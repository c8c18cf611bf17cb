import type { NodeContainer, NodePod } from "./pod.ts";

/** Data of a Secret, decoded; undefined if there is none of that name. */
export type ReadSecret = (name: string) => Promise<Record<string, string> | undefined>;

/** A container cannot be made as it is written; the message is what a kubelet would report. */
export class ContainerConfigError extends Error {}

/**
 * The environment of a container: what the kubelet makes of `env` and `envFrom`.
 *
 * @throws {ContainerConfigError} for a Secret or a key in it that is missing
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
 * Replaces `$(NAME)` by the variable, and `$$` by `$`; a variable that does not exist stays as it is written.
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
  const value = fields[path];
  if (value !== undefined) return value;
  throw new ContainerConfigError(`Cannot tell the field "${path}" of pod "${metadata.name}"`);
}

function missing(secret: string, key?: string): ContainerConfigError {
  return new ContainerConfigError(
    key === undefined
      ? `secret "${secret}" not found`
      : `couldn't find key ${key} in Secret ${secret}`,
  );
}
