import type { Clock } from "../kube/clock.ts";

/** Failures without a success in between. Only a long streak is a problem; a single failure is normal. */
export interface FailureStreak {
  /** Records a failure. */
  failed(reason: string): void;
  /** Ends the streak, after a success or when the caller stops its attempts. */
  end(): void;
  /** Returns the reason of the last failure if the streak has lasted for half a minute. */
  problem(): string | undefined;
}

const LONG_MS = 30_000;

/** Creates a streak without failures. */
export function createFailureStreak(clock: Clock): FailureStreak {
  let streak: { sinceMs: number; reason: string } | undefined;
  return {
    failed: (reason) => void (streak = { sinceMs: streak?.sinceMs ?? clock.now(), reason }),
    end: () => void (streak = undefined),
    problem: () => streak && clock.now() - streak.sinceMs >= LONG_MS ? streak.reason : undefined,
  };
}
