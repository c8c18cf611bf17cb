/** Credentials of a kubeconfig file. */
export type Credentials = { certificate: string; key: string } | { token: string };

export interface KubeconfigOptions {
  /** Base address of the API server, such as `https://127.0.0.1:23456`. */
  server: string;
  /** Certificate authority of the server, as PEM. */
  ca: string;
  /** Name of the context and of the cluster. */
  context: string;
  user: string;
  credentials: Credentials;
  /** Namespace of the context; `default` if absent. */
  namespace?: string;
}

/** Returns a kubeconfig file that contains its certificates. It is JSON, which is also YAML. */
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
