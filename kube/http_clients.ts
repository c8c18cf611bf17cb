import type { TlsMaterial } from "./config.ts";

/** `fetch` over one pool of connections. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** The connection pools of one API server: a watch holds its connection, so watches have their own. */
export interface HttpClients {
  readonly calls: Fetch;
  readonly watches: Fetch;
}

export interface HttpClientPool {
  /** The pools for this TLS material; other material than before (a rotated CA or certificate) makes new ones. */
  clients(tls: TlsMaterial): HttpClients;
  /** Drops all idle connections: after a call that nobody answered, its siblings are likely as dead. */
  renew(): void;
  close(): void;
}

// Below the API server's idle timeout (90 s), so that we close first and seldom meet a connection it just closed.
const IDLE_MS = 60_000;
const MAX_IDLE_PER_HOST = 64;

interface Pool {
  fetch: Fetch;
  close(): void;
}

/** Deno's own client can neither skip verification nor expect another name than the URL's. */
function createOddPool(tls: TlsMaterial): Pool {
  if (tls.proxyUrl) {
    throw new Error(
      `Cannot use "proxy-url" together with "tls-server-name" or "insecure-skip-tls-verify"; remove one from the kubeconfig file`,
    );
  }
  // Loaded only here: Node's TLS costs every process ten megabytes.
  const pool = import("./tls_fetch.ts").then(({ createTlsFetch }) => createTlsFetch(tls));
  return {
    fetch: async (url, init) => await (await pool).fetch(url, init),
    close: () => void pool.then((loaded) => loaded.close()),
  };
}

function createPool(tls: TlsMaterial): Pool {
  if (tls.insecureSkipVerify || tls.serverName) return createOddPool(tls);
  const options: Deno.CreateHttpClientOptions = {
    // Over HTTP/2 all calls share one connection, and one lost packet or a slow watch holds them all up.
    http2: false,
    poolIdleTimeout: IDLE_MS,
    poolMaxIdlePerHost: MAX_IDLE_PER_HOST,
    ...(tls.caCerts ? { caCerts: tls.caCerts } : {}),
    ...(tls.proxyUrl ? { proxy: { url: tls.proxyUrl } } : {}),
  };
  const client = Deno.createHttpClient(
    tls.cert && tls.key ? { ...options, cert: tls.cert, key: tls.key } : options,
  );
  return { fetch: (url, init) => fetch(url, { ...init, client }), close: () => client.close() };
}

/** Makes the pools of one API server, lazily. */
export function createHttpClients(): HttpClientPool {
  let current: (HttpClients & { tls: string; pools: Pool[] }) | undefined;

  function close() {
    // Requests in flight end as they would have; only idle connections are dropped.
    for (const pool of current?.pools ?? []) pool.close();
    current = undefined;
  }

  return {
    clients(material) {
      const tls = JSON.stringify(material);
      if (current?.tls === tls) return current;
      close();
      const [calls, watches] = [createPool(material), createPool(material)];
      current = { calls: calls.fetch, watches: watches.fetch, tls, pools: [calls, watches] };
      return current;
    },
    renew: close,
    close,
  };
}
