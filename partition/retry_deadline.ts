import type { Clock } from "../kube/clock.ts";
import { DeletionFailure, describeError } from "./deletion_failure.ts";

// An endpoint that never answers is probably wrong, so the first limit is short.
const BEFORE_FIRST_SUCCESS_MS = 60_000;
const WITHOUT_SUCCESS_MS = 600_000;

/** Maximum time without a successful request. It ends a run instead of a maximum number of attempts. */
export interface RetryDeadline {
  /** Records a successful attempt of any request. */
  succeeded(): void;
  /**
   * Records a failed attempt that the caller wants to retry.
   *
   * @throws {DeletionFailure} retryable, if no request of the run has ever succeeded for one minute since the first
   *   failure, or for ten minutes since the first failure after a success
   */
  failed(outcome: "Throttled" | "Unavailable" | "CredentialsMissing", error: unknown): void;
}

/** Creates the deadline of one run. */
export function createRetryDeadline(clock: Clock): RetryDeadline {
  // Counted from the first failure, not from the last success: the run sends nothing while it waits for a confirmation.
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
  Unavailable: "DynamoDB answered no request",
  CredentialsMissing: "The credential source returned no credentials",
};
