/** Result of a request. The concurrency limit rises after a success and falls after throttling. */
export type RequestResult = "succeeded" | "throttled" | "failed";

/** Permission to send one request. */
export interface Ticket {
  /** Records the result and the end of the request. The caller must call this method exactly once. */
  release(result: RequestResult): void;
}

/** Limits the number of concurrent requests. The limit adapts to the throughput of the table. */
export interface ConcurrencyLimit {
  /** Resolves when the caller may send a request; rejects with the signal's reason if the signal is aborted first. */
  enter(signal: AbortSignal): Promise<Ticket>;
  /** Current maximum number of concurrent requests; may be a fraction. */
  readonly limit: number;
}

const START = 8;
const DECREASE = 0.5;

/**
 * Creates a limit with additive increase and multiplicative decrease. A limit of N rises by about one after N
 * successful requests. A throttled request halves the limit, unless the limit has decreased since the request started.
 *
 * @param max maximum value of the limit
 */
export function createConcurrencyLimit(max: number): ConcurrencyLimit {
  const waiting: (() => void)[] = [];
  let limit = Math.min(START, max);
  let active = 0;
  let decreases = 0;

  function admit() {
    while (waiting.length > 0 && active < Math.floor(limit)) {
      active++;
      waiting.shift()?.();
    }
  }

  function ticket(): Ticket {
    const decreasesBefore = decreases;
    return {
      release(result) {
        active--;
        if (result === "succeeded") limit = Math.min(max, limit + 1 / limit);
        if (result === "throttled" && decreases === decreasesBefore) {
          limit = Math.max(1, limit * DECREASE);
          decreases++;
        }
        admit();
      },
    };
  }

  return {
    get limit() {
      return limit;
    },
    async enter(signal) {
      signal.throwIfAborted();
      await new Promise<void>((resolve, reject) => {
        const start = () => {
          signal.removeEventListener("abort", cancel);
          resolve();
        };
        const cancel = () => {
          waiting.splice(waiting.indexOf(start), 1);
          reject(signal.reason);
        };
        signal.addEventListener("abort", cancel, { once: true });
        waiting.push(start);
        admit();
      });
      return ticket();
    },
  };
}
