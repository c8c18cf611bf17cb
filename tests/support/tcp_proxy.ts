type State = "closed" | "forwarding" | "stalled";

/** A TCP proxy in front of an API server, on its own port. The proxy refuses connections until `forward` is called. */
export interface TcpProxy extends AsyncDisposable {
  readonly port: number;
  /** Forwards every chunk of data after `delayMs`, including chunks that arrived while the proxy was stalled. */
  forward(delayMs?: number): void;
  /** Closes all connections, but still accepts new connections. */
  disconnect(): void;
  /** Keeps all connections and accepts new connections, but forwards no data. */
  stall(): void;
  /** Closes all connections and refuses new connections. */
  close(): void;
  /** Returns the number of bytes that the API server has sent so far. */
  receivedBytes(): number;
}

export function createTcpProxy(target: { hostname: string; port: number }): TcpProxy {
  let state: State = "closed";
  let delayMs = 0;
  let receivedBytes = 0;
  let listener: Deno.Listener | undefined;
  let changed = Promise.withResolvers<void>();
  const connections = new Set<Deno.Conn>();
  const running = new Set<Promise<void>>();
  const port = freePort();

  function enter(next: State) {
    state = next;
    changed.resolve();
    changed = Promise.withResolvers();
    if (next === "closed") {
      listener?.close();
      listener = undefined;
      disconnect();
    } else listener ??= listen();
  }

  function disconnect() {
    for (const connection of connections) close(connection);
  }

  function listen(): Deno.Listener {
    const listening = Deno.listen({ hostname: "127.0.0.1", port });
    run(accept(listening));
    return listening;
  }

  function run(work: Promise<void>) {
    running.add(work);
    work.finally(() => running.delete(work));
  }

  async function accept(listening: Deno.Listener) {
    for await (const client of listening) {
      const server = await Deno.connect(target);
      connections.add(client).add(server);
      run(copy(client, server, () => {}));
      run(copy(server, client, (length) => receivedBytes += length));
    }
  }

  async function copy(from: Deno.Conn, to: Deno.Conn, onRead: (length: number) => void) {
    const buffer = new Uint8Array(1 << 16);
    try {
      for (
        let length = await from.read(buffer);
        length !== null;
        length = await from.read(buffer)
      ) {
        onRead(length);
        if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
        while (state === "stalled") await changed.promise;
        for (let sent = 0; sent < length;) sent += await to.write(buffer.subarray(sent, length));
      }
    } catch (error) {
      if (!isDisconnect(error)) throw error;
    } finally {
      close(from);
      close(to);
    }
  }

  function close(connection: Deno.Conn) {
    if (connections.delete(connection)) connection.close();
  }

  return {
    port,
    forward(chunkDelayMs = 0) {
      delayMs = chunkDelayMs;
      enter("forwarding");
    },
    disconnect,
    stall: () => enter("stalled"),
    close: () => enter("closed"),
    receivedBytes: () => receivedBytes,
    async [Symbol.asyncDispose]() {
      enter("closed");
      await Promise.all(running);
    },
  };
}

/** Returns whether the error means that the client, the server or this proxy closed the connection. */
function isDisconnect(error: unknown): boolean {
  return [
    Deno.errors.BadResource,
    Deno.errors.BrokenPipe,
    Deno.errors.ConnectionReset,
    Deno.errors.Interrupted,
    Deno.errors.NotConnected,
  ].some((kind) => error instanceof kind);
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}
