import { type Clock, delay, systemClock } from "./clock.ts";
import type { ClusterConfig, Credentials } from "./config.ts";
import { type Deadline, startDeadline } from "./deadline.ts";
import { ApiError, ConnectionError, isFailedRequest } from "./errors.ts";
import { createExchange, type RequestRecord, type TransportRequest } from "./exchange.ts";
import { createConnectionPools } from "./http/connection_pools.ts";
import { isUnanswered, type OutageLog } from "./outage_log.ts";
import { retryAfterMs } from "./retry.ts";
import { createSlots } from "./slots.ts";
import { isHeldBack, type WriteGate } from "./write_gate.ts";

/** Sends authenticated HTTP requests to one API server. */
export interface Transport {
  /** Sends a request and returns the parsed JSON response. Throws an `ApiError` or a `ConnectionError`. */
  request(request: TransportRequest): Promise<unknown>;
  /**
   * Opens a watch and returns the body of the response as it arrives. The caller must read the body to its end, break
   * out of a loop over the body, or abort the signal of the request. The deadline of the request applies only until the
   * headers of the response arrive.
   */
  stream(request: TransportRequest): Promise<AsyncGenerator<string>>;
  /** Closes all connections. */
  close(): void;
}

/** Options of {@linkcode createTransport}. */
export interface TransportOptions {
  /** Value of the User-Agent header: `dynamo-operator/<version>`. */
  userAgent?: string;
  /** Called after each HTTP exchange, for metrics. */
  onRequest?: (record: RequestRecord) => void;
  /**
   * Deadline in milliseconds of a request that sets none; 30 s by default. The time for which the request waits for
   * other requests does not count.
   */
  deadlineMs?: number;
  /** Log of requests without a response. All transports of the process share it. */
  outageLog?: OutageLog;
  /** Write gate that the transport checks before each attempt of a write. */
  gate?: WriteGate;
  clock?: Clock;
  random?: typeof Math.random;
}

/**
 * Maximum number of concurrent calls; watches are not limited. This number of calls keeps an API server with a few
 * cores busy. More concurrent calls would only use more memory in the client and the server.
 */
const MAX_IN_FLIGHT = 16;

/** Returns whether a retry needs new credentials, because the error is a 401 response or a certificate error. */
function needsNewCredentials(error: unknown): boolean {
  return error instanceof ApiError
    ? error.status === 401
    : error instanceof ConnectionError && /certificate/i.test(error.message);
}

/** Creates the transport to the API server of `config`. The transport connects at its first call. */
export function createTransport(config: ClusterConfig, options: TransportOptions = {}): Transport {
  const { clock = systemClock, random = Math.random, userAgent = "dynamo-operator" } = options;
  const { onRequest, gate, outageLog } = options;
  const { server } = config;
  const host = new URL(server).host;
  const pools = createConnectionPools(server, clock);
  const slots = createSlots(MAX_IN_FLIGHT, clock);
  const exchange = createExchange({ server, pools, clock, userAgent, onRequest, gate });

  function toError(cause: unknown, request: TransportRequest, deadline: Deadline): unknown {
    if (request.signal?.aborted) return request.signal.reason;
    if (isFailedRequest(cause) || isHeldBack(cause)) {
      return cause;
    }
    const timedOut = deadline.expired();
    const reason = timedOut ? " in time" : `: ${describeConnectionError(cause)}`;
    const message = `"${host}" did not send a usable response${reason}`;
    return new ConnectionError({ request, message, timedOut, cause });
  }

  async function attempts<R>(
    request: TransportRequest,
    deadline: Deadline,
    attempt: (credentials: Credentials, signal: AbortSignal) => Promise<R>,
  ): Promise<R> {
    let rejected: Credentials | undefined;
    for (let number = 1;; number++) {
      const credentials = await config.credentials(rejected);
      let error: unknown;
      try {
        const response = await attempt(credentials, deadline.signal);
        outageLog?.responded();
        return response;
      } catch (cause) {
        error = toError(cause, request, deadline);
      }
      if (error instanceof ApiError) outageLog?.responded();
      if (isUnanswered(error)) outageLog?.failed(error);
      const isLate = error instanceof ConnectionError && error.timedOut;
      if (deadline.signal.aborted || isLate || isHeldBack(error)) throw error;
      if (!rejected && needsNewCredentials(error)) {
        rejected = credentials;
        continue;
      }
      const waitMs = retryAfterMs(error instanceof ApiError ? error : {}, {
        attempt: number,
        idempotent: request.idempotent,
        leftMs: deadline.leftMs(),
        random: random(),
      });
      if (waitMs === undefined) throw error;
      await delay(clock, waitMs, deadline.signal);
    }
  }

  function deadlineOf({ deadlineMs = options.deadlineMs ?? 30_000, signal }: TransportRequest) {
    return startDeadline(clock, deadlineMs, signal);
  }

  return {
    request: (request) =>
      // The deadline starts only when the limit on concurrent calls permits the request. Otherwise, the wait for slow
      // requests would use up the deadline.
      slots.run(request.signal, async () => {
        using deadline = deadlineOf(request);
        return await attempts(
          request,
          deadline,
          (as, signal) => exchange.call(request, as, signal),
        );
      }, request),
    async stream(request) {
      const deadline = deadlineOf(request);
      try {
        const body = await attempts(
          request,
          deadline,
          (as, signal) => exchange.open(request, as, signal),
        );
        // After the headers have arrived, the deadline no longer applies: only the caller's signal ends the stream.
        deadline.stopTimer();
        return body;
      } catch (error) {
        deadline[Symbol.dispose]();
        throw error;
      }
    },
    close: pools.close,
  };
}

/**
 * Returns the message of a connection error, or of the cause of a `fetch` error. Omits the address, because the caller
 * adds it.
 */
function describeConnectionError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { message } = error.cause instanceof Error ? error.cause : error;
  return message.replace(/^error sending request (from .*? )?for (url )?\S+( \([^)]*\))?: /, "");
}
