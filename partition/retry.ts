import { type Clock, delay } from "../kube/clock.ts";
import { classifyError, type ErrorClass } from "./classify_error.ts";
import type { ConcurrencyLimit, RequestResult } from "./concurrency_limit.ts";
import { DeletionFailure, describeError } from "./deletion_failure.ts";
import type { RetryDeadline } from "./retry_deadline.ts";

const ATTEMPT_TIMEOUT_MS = 15_000;

/** Function that sends one attempt of a request. The signal aborts an attempt that exceeds its timeout. */
export type Request<T> = (signal: AbortSignal) => Promise<T>;

/** Retries requests. No other code retries requests, and the SDK makes a single attempt per call. */
export interface Retry {
  /**
   * Sends a request until it succeeds. If `stop` is aborted, the attempt in flight finishes; no other attempt starts.
   *
   * @param effectOf returns how much of the request DynamoDB has processed, according to the response; "all" by default
   * @throws {DeletionFailure} for a terminal error and after the retry deadline; the reason of `stop` if it is aborted
   */
  run<T>(
    request: Request<T>,
    stop: AbortSignal,
    effectOf?: (answer: T) => Effect,
  ): Promise<T>;
}

/** How much of a request DynamoDB has processed. */
export type Effect = "all" | "some" | "none";

export interface RetryOptions {
  clock: Clock;
  /** Returns a random number in [0, 1). */
  random: () => number;
  concurrency: ConcurrencyLimit;
  retryDeadline: RetryDeadline;
  /** Reads new credentials from the credential source. */
  refreshCredentials: () => Promise<void>;
  onThrottle: () => void;
}

const OUTCOME = {
  throttle: "Throttled",
  unavailable: "Unavailable",
  credentials: "CredentialsMissing",
} as const;

const NO_EFFECT = "all items of a batch were returned as unprocessed";

export function createRetry(options: RetryOptions): Retry {
  const { clock, random, concurrency, retryDeadline, refreshCredentials, onThrottle } = options;
  let refreshes = 0;

  async function attempt<T>(
    request: Request<T>,
    stop: AbortSignal,
    effectOf: (answer: T) => Effect,
  ): Promise<T> {
    const ticket = await concurrency.enter(stop);
    let result: RequestResult = "failed";
    const timeout = new AbortController();
    const cancel = clock.timer(ATTEMPT_TIMEOUT_MS, () => {
      const seconds = ATTEMPT_TIMEOUT_MS / 1000;
      timeout.abort(new DOMException(`No response within ${seconds} s`, "TimeoutError"));
    });
    try {
      stop.throwIfAborted();
      const answer = await Promise.race([request(timeout.signal), aborted(timeout.signal)]);
      result = effectOf(answer) === "all" ? "succeeded" : "throttled";
      return answer;
    } catch (error) {
      // If the timeout aborts an attempt, the SDK and fetch throw various errors. The signal's reason replaces them.
      const thrown = timeout.signal.aborted ? timeout.signal.reason : error;
      if (classifyError(thrown).kind === "throttle") result = "throttled";
      throw thrown;
    } finally {
      cancel();
      ticket.release(result);
    }
  }

  return {
    async run<T>(
      request: Request<T>,
      stop: AbortSignal,
      effectOf: (answer: T) => Effect = () => "all",
    ): Promise<T> {
      // `run` retries the request once with new credentials and once with a corrected clock. If the same error recurs,
      // `run` throws.
      const repaired = new Set<ErrorClass["kind"]>();
      let mustRefresh = false;
      let seenRefreshes = 0;
      const refreshThenSend: Request<T> = async (signal) => {
        // If several requests fail at the same time, the first one refreshes the credentials for all of them.
        if (mustRefresh && seenRefreshes === refreshes) {
          await refreshCredentials();
          refreshes++;
        }
        mustRefresh = false;
        seenRefreshes = refreshes;
        return await request(signal);
      };
      for (let failures = 1;; failures++) {
        try {
          const answer = await attempt(refreshThenSend, stop, effectOf);
          if (effectOf(answer) === "none") retryDeadline.failed("Throttled", new Error(NO_EFFECT));
          else retryDeadline.succeeded();
          return answer;
        } catch (error) {
          stop.throwIfAborted();
          const errorClass = classifyError(error);
          if (errorClass.kind === "fatal") throw fatal(errorClass.outcome, error);
          if (errorClass.kind === "expired" || errorClass.kind === "clock") {
            if (repaired.has(errorClass.kind)) throw notRepaired(errorClass.kind, error);
            repaired.add(errorClass.kind);
            // After a `clock` error, the SDK corrects its clock from the Date header, without new credentials.
            mustRefresh = errorClass.kind === "expired";
            continue;
          }
          repaired.clear();
          if (errorClass.kind === "throttle") onThrottle();
          retryDeadline.failed(OUTCOME[errorClass.kind], error);
          await delay(clock, fullJitterMs(failures, random()), stop);
          stop.throwIfAborted();
        }
      }
    },
  };
}

/** Rejects when the signal is aborted. This ends the wait for `refreshCredentials`, which ignores the signal. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

function fatal(outcome: DeletionFailure["outcome"], error: unknown): DeletionFailure {
  if (error instanceof DeletionFailure) return error;
  return new DeletionFailure(outcome, describeError(error), { cause: error });
}

function notRepaired(kind: "expired" | "clock", error: unknown): DeletionFailure {
  if (kind === "clock") {
    // The new error omits DynamoDB's message, because some services quote the signed headers in it.
    return new DeletionFailure(
      "AccessDenied",
      "DynamoDB refused the signature of a request although the clock is correct: check the secret access key",
      { cause: error },
    );
  }
  // A failure with CredentialsMissing is retryable, because a new pod reads the current Secret.
  return new DeletionFailure(
    "CredentialsMissing",
    `The credentials have expired and their source returns no newer credentials: renew them at the source (${
      describeError(error)
    })`,
    { retryable: true, cause: error },
  );
}

const BASE_MS = 50;
const CAP_MS = 20_000;

/**
 * Returns the delay before the next attempt in milliseconds, with full jitter: a random value below a maximum. The
 * maximum starts at 100 ms and doubles with each failure, up to 20 s ("Exponential Backoff And Jitter", AWS blog).
 *
 * @param failures number of consecutive failures, from 1
 * @param random random number in [0, 1)
 */
export function fullJitterMs(failures: number, random: number): number {
  return random * Math.min(CAP_MS, BASE_MS * 2 ** Math.min(failures, 20));
}
