/** Result of a request, as far as it changes the limit. */
export type RequestResult = "succeeded" | "throttled" | "failed";

/** Permission to send one request. */
export interface Ticket {
  /** Ends the request. The caller calls it exactly once. */
  release(result: RequestResult): void;
}

/** Limit of concurrent requests that adapts to the table's throughput. */
export interface ConcurrencyLimit {
  /** Resolves when the caller may send a request; rejects with the signal's reason if that is aborted first. */
  enter(signal: AbortSignal): Promise<Ticket>;
  /** Current limit of concurrent requests; may be a fraction. */
  readonly limit: number;
}

const START = 8;
const DECREASE = 0.5;

/**
 * Creates a limit with additive increase and multiplicative decrease. Each `limit` successful requests raise it by about
 * one, a throttled request halves it. Requests that were in flight at a decrease do not decrease it again.
 *
 * @param max upper bound of the limit
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
