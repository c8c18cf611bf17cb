import { type Clock, delay } from "../clock.ts";
import { bodyTexts } from "./body.ts";
import { type Connections, type HttpResponse, requestTarget } from "./http.ts";

/** A function like the global `fetch`, with its own connections. */
export interface FetchClient {
  fetch(url: string, init: RequestInit): Promise<Response>;
  /** Closes the idle connections. The caller must not send requests afterwards. */
  close(): void;
}

/** Number of microtasks after which `fetch` has certainly queued a request. */
const FETCH_MICROTASKS = 50;

/** Creates connections that send requests with `fetch`, for settings that direct connections do not support. */
export function createFetchConnections(
  server: string,
  createClient: () => FetchClient,
  clock: Clock,
): Connections {
  let client = createClient();

  return {
    async send({ method, path, timeoutMs, headers, body = null, signal, beforeSend }) {
      // `fetch` sends a request only at the end of the current turn of the event loop. This code waits for a new turn,
      // so that `fetch` sends the request soon after the call of `beforeSend`.
      if (beforeSend) await delay(clock, 0, signal);
      // Does not follow redirects, because a redirect can send the credentials to another server.
      const init: RequestInit = { method, headers, body, redirect: "manual", signal };
      const response = client.fetch(server + requestTarget({ path, timeoutMs }), init);
      if (beforeSend) await Promise.race([response, afterQueued(beforeSend)]);
      return toHttpResponse(await response);
    },
    closeIdle() {
      client.close();
      client = createClient();
    },
    close: () => client.close(),
  };
}

async function afterQueued(beforeSend: () => void): Promise<void> {
  for (let count = 0; count < FETCH_MICROTASKS; count++) await undefined;
  beforeSend();
}

// Deno cannot abort a body after its Response was garbage-collected. This map keeps a Response alive as long as its
// body.
const responses = new WeakMap<AsyncGenerator<string>, Response>();

function toHttpResponse(response: Response): HttpResponse {
  const { status, statusText, headers } = response;
  return {
    status,
    statusText,
    headers,
    text: () => response.text(),
    texts() {
      const texts = bodyTexts(response.body ?? new ReadableStream());
      responses.set(texts, response);
      return texts;
    },
  };
}
