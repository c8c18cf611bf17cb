import { type HttpConnection, httpConnection, type SeenRequest } from "./http_connection.ts";

/** An answer without a length, sent piece by piece. */
export interface AnswerStream {
  /** One JSON line. */
  line(value: unknown): Promise<void>;
  /** Any text, such as half a line. */
  text(text: string): Promise<void>;
  /** Ends it in order. */
  end(): Promise<void>;
  /** Breaks the connection off in the middle. */
  cut(): void;
  /** Says nothing more until the client gives up. */
  hang(): Promise<void>;
}

export interface Answer {
  json(status: number, value: unknown, headers?: Record<string, string>): Promise<void>;
  /** A `Status` answer as the API server's. */
  status(
    code: number,
    reason: string,
    message?: string,
    headers?: Record<string, string>,
  ): Promise<void>;
  /** Any body. */
  text(status: number, body: string, headers?: Record<string, string>): Promise<void>;
  stream(): Promise<AnswerStream>;
  /** Closes the connection without an answer. */
  cut(): void;
  /** Never answers; resolves when the client gives up. */
  hang(): Promise<void>;
}

export type Handler = (request: SeenRequest, answer: Answer) => Promise<void> | void;

export interface ScriptedServer {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** All requests so far, in the order of their arrival. */
  readonly requests: SeenRequest[];
  close(): Promise<void>;
}

function answerOn(connection: HttpConnection): Answer {
  const answer: Answer = {
    json: (status, value, headers) =>
      answer.text(status, JSON.stringify(value), {
        "content-type": "application/json",
        ...headers,
      }),
    status: (code, reason, message = `scripted ${reason}`, headers = {}) =>
      answer.json(code, { kind: "Status", apiVersion: "v1", code, reason, message }, headers),
    text(status, body, headers = {}) {
      const length = new TextEncoder().encode(body).length;
      const lines = Object.entries({ ...headers, "content-length": String(length) });
      const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join("");
      return connection.write(`HTTP/1.1 ${status} Scripted\r\n${head}\r\n${body}`);
    },
    async stream() {
      await connection.write(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n",
      );
      const text = (piece: string) => {
        const length = new TextEncoder().encode(piece).length;
        return connection.write(`${length.toString(16)}\r\n${piece}\r\n`);
      };
      return {
        line: (value) => text(JSON.stringify(value) + "\n"),
        text,
        end: () => connection.write("0\r\n\r\n"),
        cut: connection.close,
        hang: connection.closed,
      };
    },
    cut: connection.close,
    hang: connection.closed,
  };
  return answer;
}

/**
 * An HTTP server on 127.0.0.1 that does what it is told, for all that a healthy API server would not do. A list of
 * handlers answers one request each, in order, and refuses any more with 500.
 */
export function scriptedServer(
  script: Handler | readonly Handler[],
  tls?: { cert: string; key: string },
): ScriptedServer {
  const at = { hostname: "127.0.0.1", port: 0 };
  const listener = tls ? Deno.listenTls({ ...at, ...tls }) : Deno.listen(at);
  const port = listener.addr.transport === "tcp" ? listener.addr.port : 0;
  const requests: SeenRequest[] = [];
  const connections = new Set<HttpConnection>();
  const running = new Set<Promise<void>>();

  const handle: Handler = async (request, answer) => {
    const handler = typeof script === "function" ? script : script[requests.length - 1];
    await (handler ? handler(request, answer) : answer.status(500, "NotScripted"));
  };

  async function serve(connection: HttpConnection) {
    connections.add(connection);
    try {
      for (let seen = await connection.next(); seen; seen = await connection.next()) {
        requests.push(seen);
        await handle(seen, answerOn(connection));
      }
    } catch (error) {
      // Writing to a client that has gone is how scripts about dropped connections end.
      const gone = error instanceof Deno.errors.BrokenPipe ||
        error instanceof Deno.errors.ConnectionReset || error instanceof Deno.errors.BadResource;
      if (!gone) throw error;
    } finally {
      connections.delete(connection);
      connection.close();
    }
  }

  async function accept() {
    for await (const conn of listener) {
      const served = serve(httpConnection(conn));
      running.add(served);
      served.finally(() => running.delete(served));
    }
  }

  const accepting = accept();
  return {
    url: `${tls ? "https" : "http"}://127.0.0.1:${port}`,
    requests,
    async close() {
      listener.close();
      for (const connection of connections) connection.close();
      await accepting;
      await Promise.all(running);
    },
  };
}
