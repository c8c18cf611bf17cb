import type { TlsMaterial } from "./config.ts";

/** Sends a request like the global `fetch`, but only over the connections of one pool. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

interface Connections {
  fetch: Fetch;
  close(): void;
}

/** Connections of one TLS configuration for one purpose. */
export interface Pool {
  fetch: Fetch;
  /** Returns the number of responses so far. */
  responses(): number;
  /** Closes the idle connections, if no response has arrived since `responses` returned this number. */
  closeIfSilentSince(responses: number): void;
}

export interface HttpClientPool {
  /**
   * Returns the connection pools for these TLS settings. Creates new pools if the settings have changed, for example
   * the CA. Watches have their own pool, because each watch occupies a connection.
   */
  clients(tls: TlsMaterial): { calls: Pool; watches: Pool };
  /** Closes all idle connections. Later calls open new ones. */
  close(): void;
}

// The API server closes idle connections after 90 s. The pool closes them earlier, to avoid failed requests.
const IDLE_MS = 60_000;
const MAX_IDLE_PER_HOST = 64;

/** Creates a connection pool for TLS settings that Deno's own HTTP client does not support. */
function createTlsConnections(tls: TlsMaterial): Connections {
  if (tls.proxyUrl) {
    throw new Error(
      `Cannot use "proxy-url" together with "tls-server-name" or "insecure-skip-tls-verify"; remove one from the kubeconfig file`,
    );
  }
  // The module is imported only if needed, because Node's TLS uses ten megabytes of memory.
  const pool = import("./tls_fetch.ts").then(({ createTlsFetch }) => createTlsFetch(tls));
  return {
    fetch: async (url, init) => await (await pool).fetch(url, init),
    close: () => void pool.then((loaded) => loaded.close()),
  };
}

function createConnections(tls: TlsMaterial): Connections {
  if (tls.insecureSkipVerify || tls.serverName) return createTlsConnections(tls);
  const client = Deno.createHttpClient({
    // With HTTP/2, all calls share one connection, where a lost packet or a slow watch delays every call.
    http2: false,
    poolIdleTimeout: IDLE_MS,
    poolMaxIdlePerHost: MAX_IDLE_PER_HOST,
    ...(tls.caCerts ? { caCerts: tls.caCerts } : {}),
    ...(tls.proxyUrl ? { proxy: { url: tls.proxyUrl } } : {}),
    ...(tls.cert && tls.key ? { cert: tls.cert, key: tls.key } : {}),
  });
  return { fetch: (url, init) => fetch(url, { ...init, client }), close: () => client.close() };
}

function createPool(tls: TlsMaterial): Pool & { close(): void } {
  let connections = createConnections(tls);
  let closed = false;
  let responses = 0;
  return {
    async fetch(url, init) {
      const response = await connections.fetch(url, init);
      responses++;
      return response;
    },
    responses: () => responses,
    closeIfSilentSince(before) {
      if (closed || responses !== before) return;
      // Only idle connections are closed; requests in flight continue.
      connections.close();
      connections = createConnections(tls);
    },
    close() {
      closed = true;
      connections.close();
    },
  };
}

/** Creates the connection pools for one API server. Each pool opens its connections when requests need them. */
export function createHttpClients(): HttpClientPool {
  type Closable = Pool & { close(): void };
  let current: { tls: string; calls: Closable; watches: Closable } | undefined;

  function close() {
    current?.calls.close();
    current?.watches.close();
    current = undefined;
  }

  return {
    clients(material) {
      const tls = JSON.stringify(material);
      if (current?.tls === tls) return current;
      close();
      current = { tls, calls: createPool(material), watches: createPool(material) };
      return current;
    },
    close,
  };
}
