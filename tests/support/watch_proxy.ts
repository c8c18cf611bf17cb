import { kubeconfigConfig } from "../../kube/auth/kubeconfig.ts";

/**
 * An HTTP proxy in front of an API server. The proxy can stall watches while other requests work, like a firewall that
 * silently drops an idle connection.
 */
export interface WatchProxy extends AsyncDisposable {
  /** Base URL of the proxy; the scheme is http. */
  server: string;
  /** Stops forwarding events on all open watches, and closes these watches after `forMs`. New watches work normally. */
  stall(forMs: number): void;
}

export interface WatchProxyOptions {
  /** If true, the proxy responds like an API server before Kubernetes 1.32, which does not support streaming lists. */
  oldServer?: boolean;
}

const NO_STREAMING = {
  kind: "Status",
  apiVersion: "v1",
  status: "Failure",
  reason: "Invalid",
  code: 422,
  message:
    "ListOptions is invalid: sendInitialEvents: Forbidden: sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled",
};

interface Watch {
  stalled: boolean;
  end(): void;
}

/**
 * Starts a proxy in front of the API server of a cluster.
 *
 * @param canStall returns whether `stall` affects a watch with this path and query
 */
export async function watchProxy(
  { kubeconfig, server }: { kubeconfig: string; server: string },
  canStall: (path: string) => boolean,
  { oldServer = false }: WatchProxyOptions = {},
): Promise<WatchProxy> {
  const { tls: { caCerts = [] } } = await (await kubeconfigConfig({ paths: [kubeconfig] }))
    .credentials();
  const client = Deno.createHttpClient({ caCerts, http2: false });
  const watches = new Set<Watch>();
  const timers = new Set<ReturnType<typeof setTimeout>>();

  function stallable(body: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
    const watch: Watch = { stalled: false, end: () => {} };
    watches.add(watch);
    return body.pipeThrough(
      new TransformStream({
        start: (controller) => void (watch.end = () => controller.terminate()),
        transform(chunk, controller) {
          if (!watch.stalled) controller.enqueue(chunk);
        },
      }),
    );
  }

  const http = Deno.serve(
    {
      hostname: "127.0.0.1",
      port: 0,
      onListen: () => {},
      // If the API server does not respond, a client that is still connected receives status 502.
      onError: () => new Response(null, { status: 502 }),
    },
    async (request, { completed }) => {
      // Cancels the forwarded request if the client disconnects. Otherwise, a write could reach the API server later.
      const disconnected = new AbortController();
      completed.catch(() => disconnected.abort());
      const { pathname, search } = new URL(request.url);
      const path = pathname + search;
      if (oldServer && search.includes("sendInitialEvents=true")) {
        return Response.json(NO_STREAMING, { status: 422 });
      }
      const headers = new Headers(request.headers);
      headers.delete("host");
      // Requests an uncompressed response, because fetch() decompresses a compressed body.
      headers.set("accept-encoding", "identity");
      const response = await fetch(server + path, {
        client,
        method: request.method,
        headers,
        body: request.body ? await request.arrayBuffer() : null,
        signal: disconnected.signal,
        redirect: "manual",
      });
      const isWatch = search.includes("watch=true") && canStall(path);
      const body = isWatch && response.body ? stallable(response.body) : response.body;
      return new Response(body, { status: response.status, headers: response.headers });
    },
  );
  return {
    server: `http://127.0.0.1:${http.addr.port}`,
    stall(forMs) {
      for (const watch of watches) {
        watch.stalled = true;
        timers.add(setTimeout(watch.end, forMs));
      }
      watches.clear();
    },
    async [Symbol.asyncDispose]() {
      for (const timer of timers) clearTimeout(timer);
      await http.shutdown();
      client.close();
    },
  };
}
