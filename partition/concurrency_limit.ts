/** What a request showed about how much the table bears. */
export type RequestResult = "ok" | "throttled" | "neither";

export interface Ticket {
  /** Gives the place back; once. */
  release(result: RequestResult): void;
}

/** A bound on requests under way that follows what the table bears. */
export interface ConcurrencyLimit {
  /** Resolves when a request may be sent; rejects with the signal's reason when that is aborted first. */
  enter(signal: AbortSignal): Promise<Ticket>;
  /** How many requests may be under way now, not always a whole number. */
  readonly limit: number;
}

const START = 8;
const DECREASE = 0.5;

/**
 * Additive increase, multiplicative decrease: about one more for each round of requests that went well, half as many
 * after a throttle. Throttles of requests that were under way at a decrease tell nothing new and change nothing.
 *
 * @param max never more than this many
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
        if (result === "ok") limit = Math.min(max, limit + 1 / limit);
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
          signal.removeEventListener("abort", leave);
          resolve();
        };
        const leave = () => {
          waiting.splice(waiting.indexOf(start), 1);
          reject(signal.reason);
        };
        signal.addEventListener("abort", leave, { once: true });
        waiting.push(start);
        admit();
      });
      return ticket();
    },
  };
}
