import type { Clock } from "../clock.ts";
import { connect, type Target } from "./connect.ts";
import { createConnection } from "./connection.ts";
import { createConnectionQueue } from "./connection_queue.ts";
import { type Connections, requestTarget } from "./http.ts";

/**
 * Creates connections that use sockets directly. A request needs half as much CPU time as with `fetch`
 * (docs/decisions/0019-requests.md). Proxies and client certificates are not supported.
 */
export function createDirectConnections(target: Target, clock: Clock): Connections {
  const { host, pathname } = target.url;
  const base = pathname.replace(/\/+$/, "");
  const queue = createConnectionQueue(
    async (signal) => createConnection(await connect(target, clock, signal)),
    clock,
  );
  return {
    async send(request) {
      const connection = await queue.take(request.signal);
      const path = base + requestTarget(request);
      return await connection.send(
        { ...request, path, timeoutMs: undefined },
        host,
        () => queue.release(connection),
      );
    },
    closeIdle: queue.closeIdle,
    close: queue.close,
  };
}
