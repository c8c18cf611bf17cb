import type { Clock } from "../kube/clock.ts";
import { DeletionFailure } from "./deletion_failure.ts";

// An address that never answers is found out soon; a table that did is worth a longer wait.
const BEFORE_FIRST_SUCCESS_MS = 60_000;
const WITHOUT_SUCCESS_MS = 600_000;

/** Knows when to give up: not after a number of attempts, but when nothing at all has gone well for too long. */
export interface RetryDeadline {
  succeeded(): void;
  /**
   * Told of an attempt that failed and may be repeated.
   *
   * @throws {DeletionFailure} retryable, when nothing has gone well since the first failure for a minute, or for ten once
   *   something had
   */
  failed(outcome: "Throttled" | "Unavailable" | "CredentialsMissing", error: unknown): void;
}

export function createRetryDeadline(clock: Clock): RetryDeadline {
  // Not since the last success: nothing at all is tried while somebody thinks about a question.
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
        `${WHAT[outcome]} for ${Math.round(waitedMs / 1000)} s: ${describe(error)}`,
        { retryable: true, cause: error },
      );
    },
  };
}

const WHAT = {
  Throttled: "Every request was throttled",
  Unavailable: "No request was answered",
  CredentialsMissing: "No credentials could be got",
};

/** The message of an error and of what caused it, which in network errors says more. */
export function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? ` (${error.cause.message})` : "";
  return `${error.name}: ${error.message}${cause}`;
}
