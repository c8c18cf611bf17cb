import type { Clock } from "../kube/clock.ts";
import { DeletionFailure, describeError } from "./deletion_failure.ts";

// Before the first success, the deadline is short: if an endpoint has never responded, its address is probably wrong.
const BEFORE_FIRST_SUCCESS_MS = 60_000;
const WITHOUT_SUCCESS_MS = 600_000;

/** Limits the time for which a deletion retries without a successful request. The number of retries is unlimited. */
export interface RetryDeadline {
  /** Records a successful attempt of any request. */
  succeeded(): void;
  /**
   * Records a failed attempt that the caller wants to retry.
   *
   * @throws {DeletionFailure} (retryable) one minute after the first failure, if no request of the deletion has ever
   *   succeeded; otherwise ten minutes after the first failure since the last success
   */
  failed(outcome: "Throttled" | "Unavailable" | "CredentialsMissing", error: unknown): void;
}

/** Creates the retry deadline of one deletion. */
export function createRetryDeadline(clock: Clock): RetryDeadline {
  // The time is measured from the first failure, not from the last success. The last success may be long ago, because
  // the deletion sends no requests while it waits for the user's confirmation.
  let sinceMs: number | undefined;
  let limitMs = BEFORE_FIRST_SUCCESS_MS;
  return {
    succeeded() {
      sinceMs = undefined;
      limitMs = WITHOUT_SUCCESS_MS;
    },
    failed(outcome, error) {
      const nowMs = clock.now();
      sinceMs ??= nowMs;
      const waitedMs = nowMs - sinceMs;
      if (waitedMs < limitMs) return;
      throw new DeletionFailure(
        outcome,
        `${SYMPTOM[outcome]} for ${Math.round(waitedMs / 1000)} s: ${describeError(error)}`,
        { retryable: true, cause: error },
      );
    },
  };
}

const SYMPTOM = {
  Throttled: "DynamoDB throttled every request",
  Unavailable: "DynamoDB did not answer any request",
  CredentialsMissing: "The credential source returned no credentials",
};
