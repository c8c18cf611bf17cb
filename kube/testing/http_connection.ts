export interface ReceivedRequest {
  method: string;
  /** Path and query of the URL. */
  path: string;
  query: URLSearchParams;
  headers: Headers;
  body: string;
  /** Number of the connection on which the request arrived. */
  connection: number;
}

/** The server side of one keep-alive connection. */
export interface HttpConnection {
  /** Returns the next request, or undefined if the client has closed the connection. */
  next(): Promise<ReceivedRequest | undefined>;
  write(text: string): Promise<void>;
  closed(): Promise<void>;
  close(): void;
}

let connections = 0;

/** Reads HTTP/1.1 requests from a connection. A body requires a Content-Length header, which `fetch` sends. */
export function httpConnection(conn: Deno.Conn): HttpConnection {
  const connection = connections++;
  const encoder = new TextEncoder();
  const chunk = new Uint8Array(65_536);
  let pending = "";
  let open = true;

  /** Reads more bytes as Latin-1, so that each byte is one character. Returns false if the connection is closed. */
  async function more(): Promise<boolean> {
    try {
      const count = await conn.read(chunk);
      if (count === null) return false;
      for (const byte of chunk.subarray(0, count)) pending += String.fromCharCode(byte);
      return true;
    } catch {
      // The client reset the connection, or the server closed it.
      return false;
    }
  }

  return {
    async next() {
      while (!pending.includes("\r\n\r\n")) if (!(await more())) return undefined;
      const end = pending.indexOf("\r\n\r\n");
      const [first = "", ...lines] = pending.slice(0, end).split("\r\n");
      const [method = "", path = ""] = first.split(" ");
      const headers = new Headers(lines.map((line): [string, string] => {
        const colon = line.indexOf(":");
        return [line.slice(0, colon), line.slice(colon + 1).trim()];
      }));
      const length = Number(headers.get("content-length") ?? 0);
      while (pending.length < end + 4 + length) if (!(await more())) return undefined;
      const bytes = Uint8Array.from(
        pending.slice(end + 4, end + 4 + length),
        (character) => character.charCodeAt(0),
      );
      pending = pending.slice(end + 4 + length);
      const query = new URL(path, "http://server").searchParams;
      const body = new TextDecoder().decode(bytes);
      return { method, path, query, headers, body, connection };
    },
    async write(text) {
      let bytes = encoder.encode(text);
      while (bytes.length) bytes = bytes.subarray(await conn.write(bytes));
    },
    async closed() {
      while (open && await more());
    },
    close() {
      if (!open) return;
      open = false;
      conn.close();
    },
  };
}
