import type { BindAddress } from "./bind_address.ts";

/** What one path answers. */
export type Page = (request: Request) => Response | Promise<Response>;

export interface HttpServer {
  readonly port: number;
  /** Takes no more requests and resolves when those under way are answered. */
  close(): Promise<void>;
}

/**
 * Serves a few pages by path; all else is 404.
 *
 * @throws if the address cannot be listened on
 */
export function serveHttp(address: BindAddress, pages: Readonly<Record<string, Page>>): HttpServer {
  const handler = (request: Request): Response | Promise<Response> => {
    const { pathname } = new URL(request.url);
    if (!Object.hasOwn(pages, pathname)) return new Response("not found\n", { status: 404 });
    const page = pages[pathname];
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
    // Takes IPv4 as well, as everybody who writes ":8080" expects.
    return serve("::");
  } catch (error) {
    if (inUse(error)) throw error;
    return serve("0.0.0.0");
  }
}

function inUse(error: unknown): boolean {
  return error instanceof Error && error.cause instanceof Deno.errors.AddrInUse;
}
