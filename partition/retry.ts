import { type Clock, delay } from "../kube/clock.ts";
import { classifyError, type ErrorClass } from "./classify_error.ts";
import type { ConcurrencyLimit, RequestResult } from "./concurrency_limit.ts";
import { DeletionFailure } from "./deletion_failure.ts";
import { fullJitterMs } from "./jitter.ts";
import { describe, type RetryDeadline } from "./retry_deadline.ts";

const ATTEMPT_TIMEOUT_MS = 15_000;

/** One request; the signal ends an attempt that takes too long. */
export type Request<T> = (signal: AbortSignal) => Promise<T>;

/** The one layer that repeats requests: the SDK is told to make a single attempt. */
export interface Retry {
  /**
   * Makes a request until it succeeds. When the run is stopped, the attempt under way goes on and none follows it.
   *
   * @param partly whether an answer says that the table bears no more, though it is no error
   * @throws {DeletionFailure} for what no other attempt can mend, when patience ends, and the reason of `stop`
   */
  run<T>(
    request: Request<T>,
    stop: AbortSignal,
    partly?: (answer: T) => boolean,
  ): Promise<T>;
}

export interface RetryOptions {
  clock: Clock;
  /** In [0, 1). */
  random: () => number;
  concurrency: ConcurrencyLimit;
  retryDeadline: RetryDeadline;
  /** Makes the next request get new credentials. */
  refreshCredentials: () => Promise<void>;
  onThrottle: () => void;
}

const REASON = {
  throttle: "Throttled",
  unavailable: "Unavailable",
  credentials: "CredentialsMissing",
} as const;

export function createRetry(options: RetryOptions): Retry {
  const { clock, random, concurrency, retryDeadline, refreshCredentials, onThrottle } = options;
  let renewals = 0;

  async function attempt<T>(
    request: Request<T>,
    stop: AbortSignal,
    partly: (answer: T) => boolean,
  ): Promise<T> {
    const ticket = await concurrency.enter(stop);
    let result: RequestResult = "neither";
    const timeout = new AbortController();
    const cancel = clock.timer(ATTEMPT_TIMEOUT_MS, () => {
      const seconds = ATTEMPT_TIMEOUT_MS / 1000;
      timeout.abort(new DOMException(`No answer within ${seconds} s`, "TimeoutError"));
    });
    try {
      stop.throwIfAborted();
      const answer = await Promise.race([request(timeout.signal), aborted(timeout.signal)]);
      result = partly(answer) ? "throttled" : "ok";
      return answer;
    } catch (error) {
      // The SDK and fetch throw errors of their own for an abort.
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
      partly: (answer: T) => boolean = () => false,
    ): Promise<T> {
      // Both are mended once at a time: when the next attempt fails in the same way, nothing was mended. Nor was it
      // when one follows the other, or they could take turns for ever.
      const mended = new Set<ErrorClass["kind"]>();
      let renew = false;
      let usedRenewals = 0;
      const renewing: Request<T> = async (signal) => {
        // Of many requests that find out at the same time the first renews for all.
        if (renew && usedRenewals === renewals) {
          await refreshCredentials();
          renewals++;
        }
        renew = false;
        usedRenewals = renewals;
        return await request(signal);
      };
      for (let failures = 1;; failures++) {
        try {
          const answer = await attempt(renewing, stop, partly);
          retryDeadline.succeeded();
          return answer;
        } catch (error) {
          stop.throwIfAborted();
          const judged = classifyError(error);
          if (judged.kind === "fatal") throw fatal(judged.outcome, error);
          if (judged.kind === "expired" || judged.kind === "clock") {
            if (mended.has(judged.kind)) throw notMended(judged.kind, error);
            mended.add(judged.kind);
            // The clock needs nothing: the SDK has taken its error from the answer's Date.
            renew = judged.kind === "expired";
            continue;
          }
          mended.clear();
          if (judged.kind === "throttle") onThrottle();
          retryDeadline.failed(REASON[judged.kind], error);
          await delay(clock, fullJitterMs(failures, random()), stop);
          stop.throwIfAborted();
        }
      }
    },
  };
}

/** Not all that a request waits for listens to its signal. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

function fatal(outcome: DeletionFailure["outcome"], error: unknown): DeletionFailure {
  if (error instanceof DeletionFailure) return error;
  return new DeletionFailure(outcome, describe(error), { cause: error });
}

function notMended(kind: "expired" | "clock", error: unknown): DeletionFailure {
  if (kind === "clock") {
    return new DeletionFailure(
      "AccessDenied",
      `The request's signature was refused, and not because of the clock: check the secret key (${
        describe(error)
      })`,
      { cause: error },
    );
  }
  // Another pod reads its Secret anew.
  return new DeletionFailure(
    "CredentialsMissing",
    `The credentials have expired and there are no newer ones: renew them where they come from (${
      describe(error)
    })`,
    { retryable: true, cause: error },
  );
}
