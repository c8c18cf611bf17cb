import type { Clock } from "./clock.ts";
import type { Credentials } from "./config.ts";
import { isTimeout, startDeadline } from "./deadline.ts";
import {
  ApiError,
  ConnectionError,
  isNotSent,
  type RequestInfo,
  responseToError,
} from "./errors.ts";
import type { ConnectionPools, Pool } from "./http/connection_pools.ts";
import type { HttpRequest, HttpResponse } from "./http/http.ts";
import { parseRetryAfter } from "./retry.ts";
import { isHeldBack, type WriteGate, type WriteRequest } from "./write_gate.ts";

/**
 * A read or write request to the API server. List and watch requests set no `namespace`, because only the write gate
 * reads this field.
 */
export interface TransportRequest extends WriteRequest {
  readonly body?: unknown;
  /** Content type of the body; `application/json` by default. */
  readonly contentType?: string | undefined;
  /** Whether the request is idempotent, so that it can be retried after a lost connection. */
  readonly idempotent: boolean;
  /** Deadline of the call including all retries, in milliseconds. */
  readonly deadlineMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /**
   * Whether the request has a low priority. If requests must wait, the transport sends other requests first, for at
   * most a second (`LONGEST_YIELD_MS`).
   */
  readonly yields?: boolean | undefined;
}

/** Result of one HTTP exchange, for the metrics. Each attempt of a request is a separate exchange. */
export interface RequestRecord extends RequestInfo {
  readonly resource: string;
  /** HTTP status as text, or "<error>" if no response arrived. */
  readonly code: string;
  readonly host: string;
}

/** Sends one HTTP request and receives its response, without retries. */
export interface Exchange {
  /**
   * Returns the parsed response. Throws an `ApiError`, a `WriteHeldBack`, or an error of the connection or of
   * `JSON.parse`. Throws a `ConnectionError` if a write takes longer than the write gate allows.
   */
  call(request: TransportRequest, as: Credentials, signal: AbortSignal): Promise<unknown>;
  /** Sends a request for a watch, and returns the body of the response as it arrives. */
  open(
    request: TransportRequest,
    as: Credentials,
    signal: AbortSignal,
  ): Promise<AsyncGenerator<string>>;
}

export interface ExchangeOptions {
  server: string;
  pools: ConnectionPools;
  clock: Clock;
  userAgent: string;
  onRequest?: ((record: RequestRecord) => void) | undefined;
  /** Write gate, which checks each write before it is sent. */
  gate?: WriteGate | undefined;
}

type HttpHeaders = HttpRequest["headers"];

/** Properties that an HTTP request has only if a write gate checks the request. */
type Gated = Pick<HttpRequest, "beforeSend" | "timeoutMs">;

export function createExchange(options: ExchangeOptions): Exchange {
  const { server, pools, clock, gate } = options;
  const host = new URL(server).host;
  const known = new WeakMap<Credentials["headers"], Map<string | undefined, HttpHeaders>>();

  /** Returns the headers of a request. Requests with the same credentials and content type share one object. */
  function headersOf(credentials: Credentials["headers"], contentType?: string): HttpHeaders {
    let byType = known.get(credentials);
    if (!byType) known.set(credentials, byType = new Map());
    let headers = byType.get(contentType);
    if (!headers) {
      headers = {
        accept: "application/json",
        "user-agent": options.userAgent,
        ...(contentType !== undefined && { "content-type": contentType }),
        ...credentials,
      };
      byType.set(contentType, headers);
    }
    return headers;
  }

  async function send(
    pool: Pool,
    { method, path, body, contentType = "application/json" }: TransportRequest,
    headers: Credentials["headers"],
    signal: AbortSignal,
    gated: Gated = {},
  ): Promise<HttpResponse> {
    const responses = pool.responses();
    try {
      return await pool.send({
        method,
        path,
        headers: headersOf(headers, body === undefined ? undefined : contentType),
        ...(body !== undefined && { body: JSON.stringify(body) }),
        signal,
        ...gated,
      });
    } catch (error) {
      // If no request has received a response since this request was sent, the idle connections are probably dead.
      // Otherwise, only this request is slow, for example because an admission webhook does not respond.
      if (isTimeout(signal.reason)) pool.closeIfSilentSince(responses);
      throw error;
    }
  }

  async function refusal(request: TransportRequest, response: HttpResponse): Promise<Error> {
    const { status, statusText, headers } = response;
    const retryAfterMs = parseRetryAfter(headers.get("retry-after"), clock.epochMs());
    const text = await response.text();
    return responseToError({ status, statusText, text, retryAfterMs }, request);
  }

  /** Returns the result of `read` for a response. Reports every exchange to `onRequest`, including failed ones. */
  async function recorded<R>(
    request: TransportRequest,
    response: Promise<HttpResponse>,
    read: (response: HttpResponse) => R | Promise<R>,
  ): Promise<R> {
    let code = "<error>";
    try {
      const head = await response;
      code = String(head.status);
      if (head.status < 200 || head.status > 299) throw await refusal(request, head);
      return await read(head);
    } finally {
      const { verb, method, path, resource } = request;
      options.onRequest?.({ verb, method, path, resource, code, host });
    }
  }

  function exchange(
    request: TransportRequest,
    as: Credentials,
    signal: AbortSignal,
    gated?: Gated,
  ): Promise<unknown> {
    const response = send(pools.pools(as.tls).calls, request, as.headers, signal, gated);
    return recorded(request, response, async (response) => JSON.parse(await response.text()));
  }

  /** Sends a write if the write gate admits it. Aborts the write after the duration that the write gate returned. */
  async function write(
    gate: WriteGate,
    request: TransportRequest,
    as: Credentials,
    signal: AbortSignal,
  ): Promise<unknown> {
    await gate.prepare(request, signal);
    signal.throwIfAborted();
    const limitMs = gate.admit(request);
    using limit = startDeadline(clock, limitMs, signal);
    try {
      // The process may have been suspended since the first check. Therefore, the gate checks the write again directly
      // before it is sent.
      const beforeSend = () => void gate.admit(request);
      // `timeoutMs` makes the API server abort the write at the time limit, even if the API server does not notice that
      // the connection is lost.
      return await exchange(request, as, limit.signal, { beforeSend, timeoutMs: limit.leftMs });
    } catch (error) {
      limit.abort(error);
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
      const response = send(pools.pools(as.tls).watches, request, as.headers, signal);
      return recorded(request, response, (response) => response.texts());
    },
  };
}
