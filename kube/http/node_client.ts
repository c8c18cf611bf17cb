import { Agent, request, type RequestOptions } from "node:https";
import { Readable } from "node:stream";
import type { TlsMaterial } from "../config.ts";
import type { FetchClient } from "./fetch_connections.ts";

/**
 * Creates a `fetch` function for two kubeconfig settings that Deno's HTTP client does not support:
 * `insecure-skip-tls-verify` and `tls-server-name`. For other kubeconfigs, use Deno's HTTP client, which is faster.
 */
export function createNodeClient(tls: TlsMaterial): FetchClient {
  const agent = new Agent({ keepAlive: true });
  const connection: RequestOptions = {
    agent,
    ca: tls.caCerts,
    cert: tls.cert,
    key: tls.key,
    servername: tls.serverName,
    rejectUnauthorized: !tls.insecureSkipVerify,
  };

  return {
    fetch: (url, init) =>
      new Promise((resolve, reject) => {
        const headers = Object.fromEntries(new Headers(init.headers));
        const { method = "GET", signal } = init;
        const sent = request(url, { ...connection, method, headers }, (answer) => {
          const { statusCode: status = 502, statusMessage: statusText = "" } = answer;
          const received = Object.entries(answer.headers);
          const headers = received.map(([name, value]): [string, string] => [name, String(value)]);
          const body = status === 204 ? null : Readable.toWeb(answer) as ReadableStream<Uint8Array>;
          resolve(new Response(body, { status, statusText, headers }));
        });
        const stop = () => sent.destroy(signal?.reason);
        sent.on("error", reject);
        sent.on("close", () => signal?.removeEventListener("abort", stop));
        signal?.addEventListener("abort", stop, { once: true });
        if (signal?.aborted) stop();
        sent.end(typeof init.body === "string" ? init.body : undefined);
      }),
    close: () => agent.destroy(),
  };
}
