/** Who a kubeconfig file speaks as. */
export type Credentials = { certificate: string; key: string } | { token: string };

export interface KubeconfigOptions {
  /** Such as `https://127.0.0.1:23456`. */
  server: string;
  /** The authority that signed the server's certificate, as PEM. */
  ca: string;
  /** Name of the context, shown by kubectl. */
  context: string;
  user: string;
  credentials: Credentials;
  /** Namespace of the context; `default` when absent. */
  namespace?: string;
}

/** A kubeconfig file with all certificates inside, as JSON, which every reader of YAML takes. */
export function kubeconfig(options: KubeconfigOptions): string {
  const { server, ca, context, user, credentials, namespace } = options;
  const cluster = { server, "certificate-authority-data": btoa(ca) };
  const identity = "token" in credentials ? { token: credentials.token } : {
    "client-certificate-data": btoa(credentials.certificate),
    "client-key-data": btoa(credentials.key),
  };
  const document = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: context, cluster }],
    users: [{ name: user, user: identity }],
    contexts: [{
      name: context,
      context: { cluster: context, user, ...(namespace && { namespace }) },
    }],
    "current-context": context,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
