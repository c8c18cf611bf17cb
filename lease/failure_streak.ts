import type { Clock } from "../kube/clock.ts";

/** Failures that go on: one now and then is no news. */
export interface Trouble {
  failed(reason: string): void;
  /** It works again, or is not tried any more. */
  over(): void;
  /** The last reason, once there have been nothing but failures for half a minute. */
  problem(): string | undefined;
}

const LONG_MS = 30_000;

export function createTrouble(clock: Clock): Trouble {
  let failing: { sinceMs: number; reason: string } | undefined;
  return {
    failed: (reason) => void (failing = { sinceMs: failing?.sinceMs ?? clock.now(), reason }),
    over: () => void (failing = undefined),
    problem: () => failing && clock.now() - failing.sinceMs >= LONG_MS ? failing.reason : undefined,
  };
}
