import type { Clock } from "../clock.ts";
import { startDeadline } from "../deadline.ts";
import type { Connection } from "./connection.ts";

/** Hands out idle connections, or new ones if none is idle. */
export interface ConnectionQueue {
  /**
   * Returns an idle connection. If none is idle, waits until a new connection is open or another request releases one.
   */
  take(signal: AbortSignal): Promise<Connection>;
  /** Takes back a connection that can send another request. */
  release(connection: Connection): void;
  /** Closes the idle connections. */
  closeIdle(): void;
  /** Closes the idle connections now, and the busy connections when they are released. */
  close(): void;
}

// The API server closes idle connections after 90 s. The queue closes them earlier, to avoid failed requests.
const IDLE_MS = 60_000;
const OPEN_MS = 30_000;
const SLOW_MS = 2_000;
const MAX_OPENING = 8;

/**
 * Creates a queue. The queue continues to open a connection even if the request that needs it is aborted. If the queue
 * aborted the TLS handshake, Deno would keep the socket and 150 KB of memory until the server closes the connection.
 * For the same reason, the queue opens only one connection at a time while handshakes time out.
 *
 * @param open opens a connection; if this fails, the request that has waited longest gets the error
 */
export function createConnectionQueue(
  open: (signal: AbortSignal) => Promise<Connection>,
  clock: Clock,
): ConnectionQueue {
  /** Idle connections. The connection that became idle last is at the end. */
  const idle: { connection: Connection; sinceMs: number }[] = [];
  const waiting: PromiseWithResolvers<Connection>[] = [];
  const stopOpening = new AbortController();
  let isClosed = false;
  /** Start times of the connections that are being opened. */
  const openings = new Set<{ startedMs: number }>();
  let openedMs = -Infinity;
  let maxOpening = MAX_OPENING;

  function closeIdle(beforeMs = Infinity) {
    while (idle[0] && idle[0].sinceMs < beforeMs) idle.shift()?.connection.close();
  }

  /**
   * Starts to open connections until there are as many attempts as waiting requests. Does not count attempts that have
   * already taken 2 s (`SLOW_MS`), because later requests must not wait for them. A slow attempt may also belong to an
   * aborted request.
   */
  function openMore() {
    const slowMs = clock.now() - SLOW_MS;
    let fast = [...openings].filter(({ startedMs }) => startedMs > slowMs).length;
    for (; fast < waiting.length && openings.size < maxOpening; fast++) void openOne();
  }

  async function openOne() {
    const opening = { startedMs: clock.now() };
    openings.add(opening);
    using deadline = startDeadline(clock, OPEN_MS, stopOpening.signal);
    try {
      const connection = await open(deadline.signal);
      maxOpening = MAX_OPENING;
      openedMs = clock.now();
      release(connection);
    } catch (error) {
      if (deadline.expired() && openedMs < opening.startedMs) maxOpening = 1;
      const late = new Error(`client error (Connect): no connection within ${OPEN_MS / 1000} s`);
      waiting.shift()?.reject(deadline.expired() ? late : error);
    } finally {
      openings.delete(opening);
      openMore();
    }
  }

  function release(connection: Connection) {
    const next = waiting.shift();
    if (next) next.resolve(connection);
    else if (isClosed) connection.close();
    else void keep(connection);
  }

  async function keep(connection: Connection): Promise<void> {
    const entry = { connection, sinceMs: clock.now() };
    idle.push(entry);
    await connection.untilEndOfIdle();
    const index = idle.indexOf(entry);
    if (index < 0) return;
    idle.splice(index, 1);
    connection.close();
  }

  return {
    async take(signal) {
      signal.throwIfAborted();
      closeIdle(clock.now() - IDLE_MS);
      const found = idle.pop();
      if (found) return found.connection;
      const request = Promise.withResolvers<Connection>();
      const leave = () => {
        const index = waiting.indexOf(request);
        if (index >= 0) waiting.splice(index, 1);
        request.reject(signal.reason);
      };
      signal.addEventListener("abort", leave, { once: true });
      waiting.push(request);
      openMore();
      try {
        return await request.promise;
      } finally {
        signal.removeEventListener("abort", leave);
      }
    },
    release,
    closeIdle: () => closeIdle(),
    close() {
      isClosed = true;
      closeIdle();
      if (waiting.length === 0) stopOpening.abort();
    },
  };
}
