import { kubeconfigConfig } from "../../kube/auth/kubeconfig.ts";

/** A way to an API server on which single watches can fall silent, as behind a firewall that forgot a connection. */
export interface WatchProxy extends AsyncDisposable {
  /** Base address, in plain HTTP. */
  server: string;
  /** Nothing more is heard on the watches that are open now; they stay open for so long. New ones are well. */
  stall(forMs: number): void;
}

export interface WatchProxyOptions {
  /** It answers as an API server before Kubernetes 1.32, which streams no lists. */
  older?: boolean;
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
 * Starts the proxy before the API server of a cluster.
 *
 * @param concerns whether a watch of this path and query is one of those that can be hushed
 */
export async function watchProxy(
  { kubeconfig, server }: { kubeconfig: string; server: string },
  concerns: (path: string) => boolean,
  { older = false }: WatchProxyOptions = {},
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
      // Whoever hung up hears of no answer; whoever did not learns that there is none.
      onError: () => new Response(null, { status: 502 }),
    },
    async (request, { completed }) => {
      // Who hangs up must not have its write delivered all the same, later.
      const gone = new AbortController();
      completed.catch(() => gone.abort());
      const { pathname, search } = new URL(request.url);
      const path = pathname + search;
      if (older && search.includes("sendInitialEvents=true")) {
        return Response.json(NO_STREAMING, { status: 422 });
      }
      const headers = new Headers(request.headers);
      headers.delete("host");
      // What is sent packed is unpacked here.
      headers.set("accept-encoding", "identity");
      const answer = await fetch(server + path, {
        client,
        method: request.method,
        headers,
        body: request.body ? await request.arrayBuffer() : null,
        signal: gone.signal,
        redirect: "manual",
      });
      const isWatch = search.includes("watch=true") && concerns(path);
      const body = isWatch && answer.body ? stallable(answer.body) : answer.body;
      return new Response(body, { status: answer.status, headers: answer.headers });
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
