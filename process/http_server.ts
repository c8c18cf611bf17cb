import type { BindAddress } from "./bind_address.ts";

/** Handler of one path. */
export type Page = (request: Request) => Response | Promise<Response>;

/** Running HTTP server. */
export interface HttpServer {
  readonly port: number;
  /** Stops accepting requests, and resolves when all accepted ones are answered. */
  close(): Promise<void>;
}

/**
 * Serves pages by path, and answers 404 for other paths.
 *
 * @throws if the server cannot listen on the address
 */
export function serveHttp(address: BindAddress, pages: Readonly<Record<string, Page>>): HttpServer {
  const handler = (request: Request): Response | Promise<Response> => {
    const { pathname } = new URL(request.url);
    const page = Object.hasOwn(pages, pathname) ? pages[pathname] : undefined;
    return page ? page(request) : new Response("not found\n", { status: 404 });
  };
  const server = listen(address, handler);
  return {
    port: (server.addr as Deno.NetAddr).port,
    close: () => server.shutdown(),
  };
}

function listen(
  { hostname, port }: BindAddress,
  handler: (request: Request) => Response | Promise<Response>,
) {
  const serve = (hostname: string) => {
    try {
      return Deno.serve({ hostname, port, onListen: () => {} }, handler);
    } catch (error) {
      throw new Error(`Cannot listen on "${hostname}:${port}"`, { cause: error });
    }
  };
  if (hostname !== undefined) return serve(hostname);
  try {
    // A dual-stack socket, which accepts IPv4 too.
    return serve("::");
  } catch (error) {
    if (inUse(error)) throw error;
    return serve("0.0.0.0");
  }
}

function inUse(error: unknown): boolean {
  return error instanceof Error && error.cause instanceof Deno.errors.AddrInUse;
}
