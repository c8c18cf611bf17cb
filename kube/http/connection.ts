import { bodyPieces, bodyText, bodyTexts } from "./body.ts";
import { CLOSED_EARLY, createByteReader } from "./byte_reader.ts";
import type { HttpRequest, HttpResponse } from "./http.ts";
import { createRequestEncoder } from "./request_encoder.ts";
import { parseResponseHead, type ResponseHead } from "./response_head.ts";

/** The functions of a TCP or TLS socket that a connection uses. */
export type Socket = Pick<Deno.Conn, "read" | "write" | "close" | "ref" | "unref">;

/** An HTTP/1.1 connection, which sends one request at a time. */
export interface Connection {
  /**
   * Sends a request and resolves when the head of its response has arrived. After the body has been read, the
   * connection calls `onReusable` if it can send another request. Otherwise, it closes itself.
   */
  send(request: HttpRequest, host: string, onReusable: () => void): Promise<HttpResponse>;
  /** Resolves when the server closes the idle connection, or sends bytes that no request asked for. */
  untilEndOfIdle(): Promise<void>;
  close(): void;
}

const BODY_ERROR = "error reading a body from connection";

/** Creates a connection over an open socket. */
export function createConnection(socket: Socket): Connection {
  const reader = createByteReader((into) => socket.read(into));
  const encode = createRequestEncoder();
  let isOpen = true;

  function close() {
    if (isOpen) socket.close();
    isOpen = false;
  }

  async function write(bytes: Uint8Array): Promise<void> {
    for (let rest = bytes; rest.length > 0;) rest = rest.subarray(await socket.write(rest));
  }

  async function readHead(): Promise<ResponseHead> {
    let head: ResponseHead;
    // Skips interim responses, such as 103 (Early Hints). Does not skip 101, because no HTTP response follows it: the
    // server switches to another protocol.
    do head = parseResponseHead(await reader.textUntil("\r\n\r\n")); while (
      head.status < 200 && head.status !== 101
    );
    return head;
  }

  return {
    async send(request, host, onReusable) {
      const { signal } = request;
      let bytes: Uint8Array;
      try {
        bytes = encode(request, host);
        signal.throwIfAborted();
        request.beforeSend?.();
      } catch (error) {
        onReusable();
        throw error;
      }
      let written: boolean | Error = false;
      socket.ref();
      write(bytes).then(() => written = true, (error) => written = error);
      signal.addEventListener("abort", close, { once: true });

      const end = (isReusable: boolean) => {
        signal.removeEventListener("abort", close);
        if (isReusable && isOpen) onReusable();
        else close();
      };
      const errorOf = (error: unknown, where: string) => {
        if (signal.aborted) return signal.reason;
        const cause = written instanceof Error ? written : error;
        // If the server ends TLS without a close_notify alert, the message of the TLS library is only a link to its
        // documentation. Therefore, this function replaces the message.
        if (cause instanceof Deno.errors.UnexpectedEof) {
          return new Error(`${where}: ${CLOSED_EARLY}`);
        }
        return new Error(`${where}: ${cause instanceof Error ? cause.message : String(cause)}`);
      };
      const endBody = (isComplete: boolean, keepsAlive: boolean) =>
        end(isComplete && keepsAlive && written === true && !reader.hasBytes());
      async function text({ framing, keepsAlive }: ResponseHead) {
        let isComplete = false;
        try {
          const body = await bodyText(reader, framing);
          isComplete = true;
          return body;
        } catch (error) {
          throw errorOf(error, BODY_ERROR);
        } finally {
          endBody(isComplete, keepsAlive);
        }
      }
      async function* texts({ framing, keepsAlive }: ResponseHead) {
        let isComplete = false;
        try {
          yield* bodyTexts(bodyPieces(reader, framing));
          isComplete = true;
        } catch (error) {
          throw errorOf(error, BODY_ERROR);
        } finally {
          endBody(isComplete, keepsAlive);
        }
      }

      try {
        // Reads the response even if the write fails, because the server may refuse a request before it has read the
        // whole body.
        const head = await readHead();
        const { status, statusText, headers } = head;
        return { status, statusText, headers, text: () => text(head), texts: () => texts(head) };
      } catch (error) {
        end(false);
        throw errorOf(error, "client error (SendRequest)");
      }
    },
    async untilEndOfIdle() {
      // An idle connection must not keep the process alive.
      socket.unref();
      try {
        await reader.untilReadable();
      } catch {
        // An error also ends the idle time: the socket failed, or `close` closed it.
      }
    },
    close,
  };
}
