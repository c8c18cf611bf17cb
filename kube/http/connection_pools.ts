import type { Clock } from "../clock.ts";
import type { TlsMaterial } from "../config.ts";
import { createDirectConnections } from "./direct_connections.ts";
import { createFetchConnections, type FetchClient } from "./fetch_connections.ts";
import type { Connections } from "./http.ts";
import { mayHaveProxy } from "./proxy_environment.ts";

/** Connections with one TLS configuration, either for watches or for all other requests. */
export interface Pool extends Pick<Connections, "send"> {
  /** Returns the number of responses that the pool has received. */
  responses(): number;
  /** Closes the idle connections if no response has arrived since `responses()` returned this number. */
  closeIfSilentSince(responses: number): void;
}

export interface ConnectionPools {
  /**
   * Returns the connection pools for these TLS settings. Creates new pools if the settings have changed, for example
   * the CA. Watches have their own pool, because each watch occupies a connection.
   */
  pools(tls: TlsMaterial): { calls: Pool; watches: Pool };
  /** Closes all idle connections. Later calls open new ones. */
  close(): void;
}

// The API server closes idle connections after 90 s. The pool closes them earlier, to avoid failed requests.
const IDLE_MS = 60_000;
const MAX_IDLE_PER_HOST = 64;

/** Creates the HTTP client of Deno, which supports proxies and client certificates. */
function createDenoClient(tls: TlsMaterial): FetchClient {
  const client = Deno.createHttpClient({
    // With HTTP/2, all calls would share one connection. A lost packet or a slow watch would then delay every call.
    http2: false,
    poolIdleTimeout: IDLE_MS,
    poolMaxIdlePerHost: MAX_IDLE_PER_HOST,
    ...(tls.caCerts ? { caCerts: tls.caCerts } : {}),
    ...(tls.proxyUrl ? { proxy: { url: tls.proxyUrl } } : {}),
    ...(tls.cert && tls.key ? { cert: tls.cert, key: tls.key } : {}),
  });
  return { fetch: (url, init) => fetch(url, { ...init, client }), close: () => client.close() };
}

/** Creates a client for TLS settings that Deno's own HTTP client does not support. */
function createTlsClient(tls: TlsMaterial): FetchClient {
  if (tls.proxyUrl) {
    throw new Error(
      `Cannot use "proxy-url" together with "tls-server-name" or "insecure-skip-tls-verify"; remove one from the kubeconfig file`,
    );
  }
  // The module is imported only if needed, because Node's TLS uses ten megabytes of memory.
  const client = import("./node_client.ts").then(({ createNodeClient }) => createNodeClient(tls));
  return {
    fetch: async (url, init) => await (await client).fetch(url, init),
    close: () => void client.then((loaded) => loaded.close()),
  };
}

function createConnections(server: string, tls: TlsMaterial, clock: Clock): Connections {
  if (tls.insecureSkipVerify || tls.serverName) {
    return createFetchConnections(server, () => createTlsClient(tls), clock);
  }
  if (tls.cert || tls.proxyUrl || mayHaveProxy()) {
    return createFetchConnections(server, () => createDenoClient(tls), clock);
  }
  return createDirectConnections({ url: new URL(server), caCerts: tls.caCerts }, clock);
}

function createPool(connections: Connections): Pool & { close(): void } {
  let isClosed = false;
  let responses = 0;
  return {
    async send(request) {
      const response = await connections.send(request);
      responses++;
      return response;
    },
    responses: () => responses,
    closeIfSilentSince(before) {
      if (!isClosed && responses === before) connections.closeIdle();
    },
    close() {
      isClosed = true;
      connections.close();
    },
  };
}

/** Creates the connection pools for one API server. Each pool opens its connections when requests need them. */
export function createConnectionPools(server: string, clock: Clock): ConnectionPools {
  type Closable = Pool & { close(): void };
  let current: { tls: TlsMaterial; calls: Closable; watches: Closable } | undefined;

  function close() {
    current?.calls.close();
    current?.watches.close();
    current = undefined;
  }

  return {
    pools(tls) {
      // The comparison by reference usually succeeds, because the credentials are cached. It avoids the slower
      // comparison of JSON texts.
      if (current?.tls === tls) return current;
      if (current && JSON.stringify(current.tls) === JSON.stringify(tls)) {
        current.tls = tls;
        return current;
      }
      close();
      const create = () => createPool(createConnections(server, tls, clock));
      return current = { tls, calls: create(), watches: create() };
    },
    close,
  };
}
