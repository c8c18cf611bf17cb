import { type Clock, type Deadline, delay, isTimeout, startDeadline } from "./clock.ts";
import type { Credentials } from "./config.ts";
import {
  ApiError,
  ConnectionError,
  isNotSent,
  type RequestInfo,
  responseToError,
} from "./errors.ts";
import type { HttpClientPool, Pool } from "./http_clients.ts";
import { parseRetryAfter } from "./retry.ts";
import { isHeldBack, type WriteGate, type WriteRequest } from "./write_gate.ts";

/** A read or write request to the API server. In list and watch requests, `namespace` is absent. */
export interface TransportRequest extends WriteRequest {
  readonly body?: unknown;
  /** Content type of the body; `application/json` by default. */
  readonly contentType?: string | undefined;
  /** Whether it is safe to send the request twice, so that it can be retried after a lost connection. */
  readonly idempotent: boolean;
  /** Deadline of the call including all retries, in milliseconds. */
  readonly deadlineMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Whether the request waits behind all requests without this option when many requests wait. */
  readonly yields?: boolean | undefined;
}

/** The result of one HTTP exchange, for metrics. Each attempt of a request is a separate exchange. */
export interface RequestRecord extends RequestInfo {
  readonly resource: string;
  /** HTTP status as text, or "<error>" if no response arrived. */
  readonly code: string;
  readonly host: string;
}

/** Sends one HTTP request and receives its response, without retries. */
export interface Exchange {
  /**
   * Returns the parsed response. Throws an `ApiError`, a `WriteHeldBack`, an error of `fetch` or `JSON.parse`, or a
   * `ConnectionError` after the duration that the write gate allows.
   */
  call(request: TransportRequest, as: Credentials, signal: AbortSignal): Promise<unknown>;
  /** Sends a request for a watch, and returns the body of the response as a stream. */
  open(request: TransportRequest, as: Credentials, signal: AbortSignal): Promise<ReadableStream>;
}

export interface ExchangeOptions {
  server: string;
  pool: HttpClientPool;
  clock: Clock;
  userAgent: string;
  onRequest?: ((record: RequestRecord) => void) | undefined;
  /** Write gate, which is checked before each write. */
  gate?: WriteGate | undefined;
}

/** Number of microtasks after which `fetch` has certainly queued a request. */
const FETCH_MICROTASKS = 50;

export function createExchange(options: ExchangeOptions): Exchange {
  const { server, pool, clock, gate } = options;
  const host = new URL(server).host;
  // Deno cannot abort a body whose Response was garbage-collected. This map keeps a Response alive as long as its body.
  const responses = new WeakMap<ReadableStream, Response>();

  async function send(
    { method, path, body, contentType = "application/json" }: TransportRequest,
    headers: Credentials["headers"],
    signal: AbortSignal,
    connections: Pool,
  ): Promise<Response> {
    const responses = connections.responses();
    try {
      return await connections.fetch(server + path, {
        method,
        headers: {
          accept: "application/json",
          "user-agent": options.userAgent,
          ...(body !== undefined && { "content-type": contentType }),
          ...headers,
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        // Does not follow redirects, because a redirect can send the credentials to another server.
        redirect: "manual",
        signal,
      });
    } catch (error) {
      // If no request got a response in this time, the idle connections are probably dead. Otherwise, only this request
      // is slow, for example because an admission webhook does not respond.
      if (isTimeout(signal.reason)) connections.closeIfSilentSince(responses);
      throw error;
    }
  }

  async function refusal(request: TransportRequest, response: Response): Promise<Error> {
    const { status, statusText, headers } = response;
    const retryAfterMs = parseRetryAfter(headers.get("retry-after"), clock.epochMs());
    const text = await response.text();
    return responseToError({ status, statusText, text, retryAfterMs }, request);
  }

  /** Returns the result of `read` for the response, and reports the exchange to `onRequest`, even after an error. */
  async function recorded<R>(
    request: TransportRequest,
    response: Promise<Response>,
    read: (response: Response) => Promise<R>,
  ): Promise<R> {
    let code = "<error>";
    try {
      const head = await response;
      code = String(head.status);
      if (!head.ok) throw await refusal(request, head);
      return await read(head);
    } finally {
      const { verb, method, path, resource } = request;
      options.onRequest?.({ verb, method, path, resource, code, host });
    }
  }

  function exchange(request: TransportRequest, as: Credentials, signal: AbortSignal) {
    const response = send(request, as.headers, signal, pool.clients(as.tls).calls);
    return recorded<unknown>(request, response, (response) => response.json());
  }

  /** Sends a write if the write gate admits it. Aborts the write after the duration that the write gate returned. */
  async function write(
    gate: WriteGate,
    request: TransportRequest,
    as: Credentials,
    signal: AbortSignal,
  ): Promise<unknown> {
    await gate.prepare(request, signal);
    // `fetch` sends a request only at the end of the current event loop turn. The gate check runs in a new turn, so
    // that little time passes between the check and the send.
    await delay(clock, 0, signal);
    signal.throwIfAborted();
    const limitMs = gate.admit(request);
    using limit = startDeadline(clock, limitMs, signal);
    try {
      const answer = exchange(withTimeout(request, limitMs), as, limit.signal);
      await Promise.race([answer, stillAdmitted(gate, request, limit)]);
      return await answer;
    } catch (error) {
      const settled = error instanceof ApiError || isHeldBack(error) || isNotSent(error);
      if (!settled) gate.unanswered?.(Math.max(0, limit.leftMs()));
      if (!limit.expired()) throw error;
      const message = `no response within ${Math.ceil(limitMs)} ms`;
      throw new ConnectionError({ request, message, timedOut: true, cause: error });
    }
  }

  return {
    call: (request, as, signal) =>
      gate && request.method !== "GET"
        ? write(gate, request, as, signal)
        : exchange(request, as, signal),
    open(request, as, signal) {
      const response = send(request, as.headers, signal, pool.clients(as.tls).watches);
      return recorded(request, response, (response) => {
        const body = response.body ?? new ReadableStream();
        responses.set(body, response);
        return Promise.resolve(body);
      });
    },
  };
}

/**
 * Checks the write gate again after `fetch` has queued the request, because the process may have been suspended since
 * the first check.
 */
async function stillAdmitted(gate: WriteGate, request: TransportRequest, limit: Deadline) {
  for (let count = 0; count < FETCH_MICROTASKS; count++) await undefined;
  try {
    gate.admit(request);
  } catch (error) {
    limit.abort(error);
    throw error;
  }
}

/** Adds a timeout to the query, so that the API server aborts the write even if it does not notice a disconnection. */
function withTimeout(request: TransportRequest, limitMs: number): TransportRequest {
  const separator = request.path.includes("?") ? "&" : "?";
  return { ...request, path: `${request.path}${separator}timeout=${Math.ceil(limitMs)}ms` };
}
