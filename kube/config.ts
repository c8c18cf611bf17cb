/** Settings of TLS connections. If `caCerts` is absent, the default root certificates of Deno apply. */
export interface TlsMaterial {
  caCerts?: string[] | undefined;
  cert?: string | undefined;
  key?: string | undefined;
  /** Expected name in the certificate of the API server, if it differs from the host in the server's address. */
  serverName?: string | undefined;
  insecureSkipVerify?: boolean | undefined;
  proxyUrl?: string | undefined;
}

/** Address of an API server, and credentials for it. */
export interface ClusterConfig {
  /** Base address without a trailing slash: `https://10.0.0.1:443`, possibly with a path. */
  readonly server: string;
  /** Namespace of the kubeconfig context, or of the pod that runs the process. */
  readonly namespace?: string | undefined;
  /**
   * Origin of the configuration as shown in log messages, such as the path of a kubeconfig file. Never contains
   * secrets.
   */
  readonly source: string;
  /**
   * Returns the current credentials. If the API server rejected credentials, pass them as `rejected`. If these are
   * still the current credentials, the function loads new ones.
   */
  credentials(rejected?: Credentials): Promise<Credentials>;
}

/** Credentials for an API server. */
export interface Credentials {
  /** Request headers, such as `authorization`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: TlsMaterial;
}
