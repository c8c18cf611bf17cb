export interface KubeconfigOptions {
  /** Name of the cluster entry and of the context. */
  name: string;
  /** Fields of the cluster entry, such as `server`. */
  cluster: Readonly<Record<string, unknown>>;
  user: string;
  credentials: { certificate: string; key: string } | { token: string };
  /** Namespace of the context; `default` if absent. */
  namespace?: string;
}

/** Returns the content of a kubeconfig file with one context, as JSON, which is valid YAML. */
export function kubeconfig(options: KubeconfigOptions): string {
  const { name, cluster, user, credentials, namespace } = options;
  const fields = "token" in credentials ? credentials : {
    "client-certificate-data": btoa(credentials.certificate),
    "client-key-data": btoa(credentials.key),
  };
  const document = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name, cluster }],
    users: [{ name: user, user: fields }],
    contexts: [{ name, context: { cluster: name, user, ...(namespace && { namespace }) } }],
    "current-context": name,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
