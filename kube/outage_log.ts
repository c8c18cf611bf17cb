import { getLogger } from "@logtape/logtape";
import type { Clock } from "./clock.ts";
import { isTimeout } from "./deadline.ts";
import { ConnectionError, reasonOf } from "./errors.ts";
import type { Log } from "./log.ts";
import { createLogLimit } from "./log_limit.ts";

/** Logs outages of the API server: at most one log line per minute for all requests of a process. */
export interface OutageLog {
  /** Called when a request gets a response, including an error response. */
  responded(): void;
  /** Called when a request gets no response. */
  failed(error: unknown): void;
}

/**
 * Returns whether a request failed because no response arrived, or because the caller's deadline passed first. The
 * outage log reports these errors, so other modules do not log them again.
 */
export function isUnanswered(error: unknown): boolean {
  return error instanceof ConnectionError || isTimeout(error);
}

/** Minimum time without a response before an outage is logged. A single lost connection is normal. */
const OUTAGE_MS = 5_000;

/** Creates the log of outages. All transports of a process share it. */
export function createOutageLog(
  { clock, log = getLogger(["kube", "transport"]) }: { clock: Clock; log?: Log },
): OutageLog {
  const mayLog = createLogLimit(clock);
  const startedMs = clock.now();
  let respondedMs: number | undefined;
  let isReported = false;
  const silentSeconds = () => Math.round((clock.now() - (respondedMs ?? startedMs)) / 1000);
  return {
    responded() {
      if (isReported) {
        log.info("The API server responds again after {seconds} s", { seconds: silentSeconds() });
      }
      isReported = false;
      respondedMs = clock.now();
    },
    failed(error) {
      if (respondedMs !== undefined && clock.now() - respondedMs < OUTAGE_MS) return;
      if (!mayLog()) return;
      isReported = true;
      log.warn("The API server has not responded for {seconds} s, retrying: {reason}", {
        seconds: silentSeconds(),
        reason: reasonOf(error),
      });
    },
  };
}
