/** Settings of TLS connections. Without any, the root certificates of the system apply. */
export interface TlsMaterial {
  caCerts?: string[] | undefined;
  cert?: string | undefined;
  key?: string | undefined;
  /** The expected name in the server's certificate, if it is not the host of the address. */
  serverName?: string | undefined;
  insecureSkipVerify?: boolean | undefined;
  proxyUrl?: string | undefined;
}

/** Address of an API server, and credentials for it. */
export interface ClusterConfig {
  /** Base address without a trailing slash: `https://10.0.0.1:443`, possibly with a path. */
  readonly server: string;
  /** The namespace of the context or of the pod. */
  readonly namespace?: string | undefined;
  /** Origin of the configuration, for messages; without secrets. */
  readonly source: string;
  /**
   * Returns the current credentials. If the API server has `rejected` credentials (401, unknown certificate), they are
   * loaded again.
   */
  credentials(rejected?: Credentials): Promise<Credentials>;
}

/** Credentials for an API server. */
export interface Credentials {
  /** Request headers, such as `authorization`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: TlsMaterial;
}
