/** What a door does with the connections that come to it. */
type State = "shut" | "open" | "silent";

/** A door to an API server that a test can shut: TCP on a port of its own. It is shut at first. */
export interface Door extends AsyncDisposable {
  readonly port: number;
  /** Passes everything on, each piece so many milliseconds later; what was held back while silent too. */
  open(delayMs?: number): void;
  /** Cuts all connections; new ones are taken as before. */
  cut(): void;
  /** Keeps connections, takes new ones, and passes nothing on. */
  hush(): void;
  /** Cuts all connections and refuses new ones. */
  shut(): void;
}

/** Builds a door on a free port before `target`. */
export function buildDoor(target: { hostname: string; port: number }): Door {
  let state: State = "shut";
  let delayMs = 0;
  let listener: Deno.Listener | undefined;
  let changed = Promise.withResolvers<void>();
  const connections = new Set<Deno.Conn>();
  const running = new Set<Promise<void>>();
  const port = freePort();

  function become(next: State) {
    state = next;
    changed.resolve();
    changed = Promise.withResolvers();
    if (next === "shut") {
      listener?.close();
      listener = undefined;
      cut();
    } else listener ??= listen();
  }

  function cut() {
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
      for (const [from, to] of [[client, server], [server, client]] as const) {
        connections.add(from);
        run(pass(from, to));
      }
    }
  }

  async function pass(from: Deno.Conn, to: Deno.Conn) {
    const buffer = new Uint8Array(1 << 16);
    try {
      for (
        let length = await from.read(buffer);
        length !== null;
        length = await from.read(buffer)
      ) {
        if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
        while (state === "silent") await changed.promise;
        for (let sent = 0; sent < length;) sent += await to.write(buffer.subarray(sent, length));
      }
    } catch (error) {
      if (!isCut(error)) throw error;
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
    open(laterMs = 0) {
      delayMs = laterMs;
      become("open");
    },
    cut,
    hush: () => become("silent"),
    shut: () => become("shut"),
    async [Symbol.asyncDispose]() {
      become("shut");
      await Promise.all(running);
    },
  };
}

/** One of the two sides has gone, or we have cut it. */
function isCut(error: unknown): boolean {
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
