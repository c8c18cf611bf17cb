/** Returns the response to a request for one path. */
export type Page = (request: Request) => Response | Promise<Response>;

/** A running HTTP server. */
export interface HttpServer {
  readonly port: number;
  /** Stops accepting requests, and resolves when the responses to all accepted requests are sent. */
  close(): Promise<void>;
}

/**
 * Starts an HTTP server that serves pages by path, and responds with 404 to requests for other paths.
 *
 * @throws if the server cannot listen on the address
 */
export function serveHttp(address: BindAddress, pages: Readonly<Record<string, Page>>): HttpServer {
  const handler: Page = (request) => {
    const { pathname } = new URL(request.url);
    const page = Object.hasOwn(pages, pathname) ? pages[pathname] : undefined;
    return page ? page(request) : new Response("not found\n", { status: 404 });
  };
  const server = listen(address, handler);
  return { port: (server.addr as Deno.NetAddr).port, close: () => server.shutdown() };
}

function listen({ hostname, port }: BindAddress, handler: Page) {
  const serve = (hostname: string) => {
    try {
      return Deno.serve({ hostname, port, onListen: () => {} }, handler);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const host = hostname.includes(":") ? `[${hostname}]` : hostname;
      throw new Error(
        `Cannot listen on "${host}:${port}": ${reason}: set another bind address`,
        { cause: error },
      );
    }
  };
  if (hostname !== undefined) return serve(hostname);
  try {
    // "::" opens a dual-stack socket, which accepts both IPv6 and IPv4 connections.
    return serve("::");
  } catch (error) {
    if (error instanceof Error && error.cause instanceof Deno.errors.AddrInUse) throw error;
    return serve("0.0.0.0");
  }
}

/** Address on which an HTTP server listens. */
export interface BindAddress {
  /** IP address or host name to listen on; by default, all addresses of the machine. */
  hostname?: string;
  /** TCP port; if 0, the operating system selects a free port. */
  port: number;
}

/**
 * Parses the value of a bind address flag: `:8080` (all addresses), `127.0.0.1:8080`, `[::1]:8080`, or `0`.
 *
 * @returns the address, or undefined for `0`, which disables the server
 * @throws for an invalid address; the message names the flag
 */
export function parseBindAddress(text: string, flag: string): BindAddress | undefined {
  if (text === "0") return undefined;
  const [, hostname = "", digits = ""] = /^(\[[0-9a-fA-F:.]+\]|[^:[\]]*):(\d{1,5})$/.exec(text) ??
    [];
  const port = Number(digits);
  if (digits === "" || port > 65_535) {
    throw new Error(
      `Cannot parse --${flag} "${text}": use "host:port", ":port" for all addresses, or "0" to disable the server`,
    );
  }
  if (hostname === "") return { port };
  return { hostname: hostname.replace(/^\[|\]$/g, ""), port };
}
