import { type HttpConnection, httpConnection, type ReceivedRequest } from "./http_connection.ts";

export interface AnswerStream {
  /** Sends a value as one JSON line. */
  line(value: unknown): Promise<void>;
  /** Sends any text, such as an incomplete line. */
  text(text: string): Promise<void>;
  end(): Promise<void>;
  /** Closes the connection before the end of the body. */
  cut(): void;
  /** Sends nothing more, and resolves when the client closes the connection. */
  hang(): Promise<void>;
}

export interface Answer {
  json(status: number, value: unknown, headers?: Record<string, string>): Promise<void>;
  status(
    code: number,
    reason: string,
    message?: string,
    headers?: Record<string, string>,
  ): Promise<void>;
  text(status: number, body: string, headers?: Record<string, string>): Promise<void>;
  /** Sends the text as it is, such as a response with an unusual head. */
  raw(text: string): Promise<void>;
  stream(): Promise<AnswerStream>;
  /** Closes the connection without a response. */
  cut(): void;
  /** Sends no response, and resolves when the client closes the connection. */
  hang(): Promise<void>;
}

export type Handler = (request: ReceivedRequest, answer: Answer) => Promise<void> | void;

export interface ScriptedServer {
  readonly url: string;
  readonly requests: ReceivedRequest[];
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
    raw: connection.write,
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
 * Starts an HTTP server on 127.0.0.1. A test defines its responses, such as errors that a real API server rarely sends.
 * If `script` is a list, each handler handles one request, in order; further requests get status 500.
 */
export function scriptedServer(
  script: Handler | readonly Handler[],
  tls?: { cert: string; key: string },
): ScriptedServer {
  const at = { hostname: "127.0.0.1", port: 0 };
  const listener = tls ? Deno.listenTls({ ...at, ...tls }) : Deno.listen(at);
  const port = listener.addr.transport === "tcp" ? listener.addr.port : 0;
  const requests: ReceivedRequest[] = [];
  const connections = new Set<HttpConnection>();
  const running = new Set<Promise<void>>();

  const handle: Handler = async (request, answer) => {
    const handler = typeof script === "function" ? script : script[requests.length - 1];
    await (handler ? handler(request, answer) : answer.status(500, "NotScripted"));
  };

  async function serve(connection: HttpConnection) {
    connections.add(connection);
    try {
      for (let next = await connection.next(); next; next = await connection.next()) {
        requests.push(next);
        await handle(next, answerOn(connection));
      }
    } catch (error) {
      // Ignores the error if the client closes the connection while the handler still writes.
      const closed = error instanceof Deno.errors.BrokenPipe ||
        error instanceof Deno.errors.ConnectionReset || error instanceof Deno.errors.BadResource;
      if (!closed) throw error;
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
