/** What TLS needs, in PEM; all absent for the system's roots and no client certificate. */
export interface TlsMaterial {
  caCerts?: string[] | undefined;
  cert?: string | undefined;
  key?: string | undefined;
  /** The name in the server's certificate when it is not the address' host. */
  serverName?: string | undefined;
  insecureSkipVerify?: boolean | undefined;
  proxyUrl?: string | undefined;
}

/** Where an API server is and how to be somebody there. */
export interface ClusterConfig {
  /** Base address without a trailing slash: `https://10.0.0.1:443`, maybe with a path. */
  readonly server: string;
  /** The namespace of the context or of the own pod. */
  readonly namespace?: string | undefined;
  /** Where the configuration came from, for messages; holds no secret. */
  readonly source: string;
  /**
   * The credentials as of now. Those that were `rejected` (a 401, an unknown certificate) are not given out again
   * before they were read anew.
   */
  credentials(rejected?: Credentials): Promise<Credentials>;
}

export interface Credentials {
  /** Request headers, as `authorization`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: TlsMaterial;
}
