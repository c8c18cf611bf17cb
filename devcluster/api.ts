type Headers = Record<string, string>;

/** A client of an API server with the permissions of an administrator. */
export interface Api extends Disposable {
  /** Sends a request and returns the decoded JSON. If the status is not 2xx, throws an error with the response. */
  request<T>(method: string, path: string, body?: unknown, headers?: Headers): Promise<T>;
  /** Returns whether a GET of this path succeeds. Throws a `TypeError` if the connection fails. */
  probe(path: string): Promise<boolean>;
  /** Creates an object. Changes nothing if the object already exists. */
  ensure(path: string, object: unknown): Promise<void>;
}

const REQUEST_TIMEOUT_MS = 30_000;

/**
 * Creates a client with only the operations that the development cluster needs. The client shares no code with the
 * operator's client, so that tests of the operator do not depend on the code that they test.
 *
 * @param server base address, such as `https://127.0.0.1:23456`
 * @param folder folder of the control plane, which contains the administrator's certificate
 */
export async function adminApi(server: string, folder: string): Promise<Api> {
  const read = (file: string) => Deno.readTextFile(`${folder}/pki/${file}`);
  const [ca, cert, key] = [await read("ca.crt"), await read("admin.crt"), await read("admin.key")];
  exemptLoopbackFromProxies();
  const client = Deno.createHttpClient({ caCerts: [ca], cert, key });

  async function send(method: string, path: string, body?: unknown, headers: Headers = {}) {
    return await fetch(`${server}${path}`, {
      client,
      method,
      headers: { "content-type": "application/json", ...headers },
      body: body === undefined ? null : JSON.stringify(body),
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    });
  }

  async function failure(response: Response, method: string, path: string): Promise<Error> {
    const text = await response.text();
    return new Error(
      `Cannot ${method} ${path}: the API server answered ${response.status}: ${text}`,
    );
  }

  return {
    async request<T>(method: string, path: string, body?: unknown, headers?: Headers) {
      const response = await send(method, path, body, headers);
      if (!response.ok) throw await failure(response, method, path);
      return await response.json() as T;
    },
    async probe(path) {
      const response = await send("GET", path);
      await response.body?.cancel();
      return response.ok;
    },
    async ensure(path, object) {
      const response = await send("POST", path, object);
      if (!response.ok && response.status !== 409) throw await failure(response, "POST", path);
      await response.body?.cancel();
    },
    [Symbol.dispose]: () => client.close(),
  };
}

/**
 * Makes this process and its child processes send requests to 127.0.0.1 without the proxy in HTTPS_PROXY. kubectl never
 * uses a proxy for loopback addresses; Deno uses the proxy unless NO_PROXY contains the address.
 */
export function exemptLoopbackFromProxies(env: Pick<Deno.Env, "get" | "set"> = Deno.env): void {
  const exempt = (env.get("NO_PROXY") ?? env.get("no_proxy") ?? "").split(",")
    .filter((host) => host !== "");
  if (exempt.includes("127.0.0.1")) return;
  env.set("NO_PROXY", [...exempt, "127.0.0.1"].join(","));
}
