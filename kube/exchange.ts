import { type Clock, delay } from "./clock.ts";
import type { Credentials } from "./config.ts";
import { startDeadline } from "./deadline.ts";
import { ApiError } from "./errors.ts";
import type { Fetch, HttpClientPool } from "./http_clients.ts";
import { parseRetryAfter } from "./retry.ts";
import { answerToError } from "./status_error.ts";
import type { RequestRecord, TransportRequest } from "./transport_request.ts";
import { isHeldBack, type WriteGate } from "./write_gate.ts";

/** One HTTP request and its answer, without retries. */
export interface Exchange {
  /** Reads the answer to its end and parses it; throws `ApiError`, or what `fetch` and `JSON.parse` throw. */
  call(request: TransportRequest, as: Credentials, signal: AbortSignal): Promise<unknown>;
  /** Hands out the answer's body as it comes. */
  open(
    request: TransportRequest,
    as: Credentials,
    signal: AbortSignal,
  ): Promise<ReadableStream<Uint8Array>>;
}

export interface ExchangeOptions {
  server: string;
  pool: HttpClientPool;
  clock: Clock;
  userAgent: string;
  onRequest?: ((record: RequestRecord) => void) | undefined;
  /** Asked before each request that may change something. */
  gate?: WriteGate | undefined;
}

/** More than `fetch` takes before it hands a request over to be sent, all of them within one turn. */
const STEPS_OF_FETCH = 50;

/** Makes the exchange with one API server. */
export function createExchange(options: ExchangeOptions): Exchange {
  const { server, pool, clock } = options;
  const host = new URL(server).host;
  // Deno forgets to abort a body whose Response has been collected; so a body keeps its Response.
  const responses = new WeakMap<ReadableStream, Response>();

  function send(
    request: TransportRequest,
    headers: Credentials["headers"],
    signal: AbortSignal,
    fetchBy: Fetch,
  ): Promise<Response> {
    const content = request.body === undefined ? {} : { body: JSON.stringify(request.body) };
    const contentType = request.body === undefined
      ? {}
      : { "content-type": request.contentType ?? "application/json" };
    return fetchBy(server + request.path, {
      method: request.method,
      headers: {
        accept: "application/json",
        "user-agent": options.userAgent,
        ...contentType,
        ...headers,
      },
      ...content,
      // A redirect would carry our credentials elsewhere.
      redirect: "manual",
      signal,
    });
  }

  async function refusal(request: TransportRequest, response: Response): Promise<Error> {
    const { status, statusText, headers } = response;
    const named = parseRetryAfter(headers.get("retry-after"), clock.now());
    const text = await response.text();
    return answerToError({ status, statusText, text, retryAfterMs: named }, request);
  }

  /** Tells the hook of each exchange, with the time until `read` was through with the answer. */
  async function told<R>(
    request: TransportRequest,
    response: Promise<Response>,
    read: (response: Response) => Promise<R>,
  ): Promise<R> {
    const startedMs = clock.now();
    let code = "<error>";
    try {
      const head = await response;
      code = String(head.status);
      if (!head.ok) throw await refusal(request, head);
      return await read(head);
    } finally {
      const { verb, method, path, resource } = request;
      const durationMs = clock.now() - startedMs;
      options.onRequest?.({ verb, method, path, resource, code, host, durationMs });
    }
  }

  function exchange(
    request: TransportRequest,
    as: Credentials,
    signal: AbortSignal,
  ): Promise<unknown> {
    const { calls } = pool.clients(as.tls);
    return told(request, send(request, as.headers, signal, calls), (response) => response.json());
  }

  /** Sends a write as soon as the gate lets it through, and for no longer than it may take. */
  async function write(
    gate: WriteGate,
    request: TransportRequest,
    as: Credentials,
    signal: AbortSignal,
  ): Promise<unknown> {
    await gate.prepare(request, signal);
    // In a turn of its own: what is sent leaves at the end of a turn, and the rest of this one may take its time.
    await delay(clock, 0, signal);
    signal.throwIfAborted();
    const limitMs = gate.admit(request);
    const paused = new AbortController();
    const limit = startDeadline(clock, limitMs, AbortSignal.any([signal, paused.signal]));
    try {
      const answer = exchange(withTimeout(request, limitMs), as, limit.signal);
      await Promise.race([answer, stillAdmitted(gate, request, paused)]);
      return await answer;
    } catch (error) {
      const settled = error instanceof ApiError || isHeldBack(error);
      if (!settled) gate.unanswered?.(Math.max(0, limit.leftMs()));
      throw error;
    } finally {
      if (limit.expired()) pool.renew();
      limit.dispose();
    }
  }

  /** Asks once more at the end of the turn, and takes the request back if the process was stopped in the middle of it. */
  async function stillAdmitted(
    gate: WriteGate,
    request: TransportRequest,
    paused: AbortController,
  ) {
    for (let step = 0; step < STEPS_OF_FETCH; step++) await undefined;
    try {
      gate.admit(request);
    } catch (error) {
      paused.abort(error);
      throw error;
    }
  }

  return {
    call(request, as, signal) {
      const { gate } = options;
      if (!gate || request.method === "GET") return exchange(request, as, signal);
      return write(gate, request, as, signal);
    },
    open(request, as, signal) {
      const { watches } = pool.clients(as.tls);
      return told(request, send(request, as.headers, signal, watches), (response) => {
        const body = response.body ?? new ReadableStream();
        responses.set(body, response);
        return Promise.resolve(body);
      });
    },
  };
}

/** The API server gives up a write by itself after `timeout`, even if it does not hear that we hung up. */
function withTimeout(request: TransportRequest, limitMs: number): TransportRequest {
  const separator = request.path.includes("?") ? "&" : "?";
  return { ...request, path: `${request.path}${separator}timeout=${Math.ceil(limitMs)}ms` };
}
