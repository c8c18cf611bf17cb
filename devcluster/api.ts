import { keepLoopbackFromProxies } from "./loopback.ts";

/** An API server as an administrator with a client certificate reaches it. */
export interface Api extends Disposable {
  /** Sends one request and returns the decoded JSON. Throws with the server's message unless 2xx. */
  request<T>(method: string, path: string, body?: unknown, headers?: HeadersInit): Promise<T>;
  /** Whether a GET of this path succeeds. Throws a `TypeError` when there is no connection. */
  probe(path: string): Promise<boolean>;
  /** Creates an object; one that exists already is left as it is. */
  ensure(path: string, object: unknown): Promise<void>;
}

export interface ApiOptions {
  /** Such as `https://127.0.0.1:23456`. */
  server: string;
  /** Folder with `ca.crt`, `admin.crt` and `admin.key`. */
  pkiDirectory: string;
}

const REQUEST_DEADLINE_MS = 30_000;

/**
 * A client just large enough to set a control plane up. The operator's own client is not used, so that
 * a fault in it cannot hide in the ground its tests stand on.
 */
export async function adminApi({ server, pkiDirectory }: ApiOptions): Promise<Api> {
  const [ca, cert, key] = await Promise.all(
    ["ca.crt", "admin.crt", "admin.key"].map((file) =>
      Deno.readTextFile(`${pkiDirectory}/${file}`)
    ),
  ) as [string, string, string];
  keepLoopbackFromProxies();
  const client = Deno.createHttpClient({ caCerts: [ca], cert, key });

  async function send(method: string, path: string, body?: unknown, headers?: HeadersInit) {
    return await fetch(`${server}${path}`, {
      client,
      method,
      headers: { "content-type": "application/json", ...Object.fromEntries(new Headers(headers)) },
      body: body === undefined ? null : JSON.stringify(body),
      signal: AbortSignal.timeout(REQUEST_DEADLINE_MS),
    });
  }

  async function failed(response: Response, method: string, path: string): Promise<Error> {
    const text = await response.text();
    return new Error(
      `Cannot ${method} ${path}: the API server answered ${response.status}: ${text}`,
    );
  }

  return {
    async request<T>(method: string, path: string, body?: unknown, headers?: HeadersInit) {
      const response = await send(method, path, body, headers);
      if (!response.ok) throw await failed(response, method, path);
      return await response.json() as T;
    },
    async probe(path) {
      const response = await send("GET", path);
      await response.body?.cancel();
      return response.ok;
    },
    async ensure(path, object) {
      const response = await send("POST", path, object);
      if (!response.ok && response.status !== 409) throw await failed(response, "POST", path);
      await response.body?.cancel();
    },
    [Symbol.dispose]: () => client.close(),
  };
}
