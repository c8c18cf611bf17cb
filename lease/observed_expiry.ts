import type { Clock } from "../kube/clock.ts";
import type { Lease } from "../kube/builtin.ts";

/** What is known of a Lease from looking at it, timed by our own clock: times written into it are never compared. */
export interface Observation {
  /** Takes in the Lease as seen now; undefined where there is none. */
  see(lease: Lease | undefined): void;
  /**
   * How long the Lease still counts as held, in milliseconds: its duration from when its renewal was last seen to
   * change; 0 for one that was absent from the first look on. One that was deleted while it was held counts on for its
   * time, since its holder may not know yet, unless its deletion ends it.
   */
  leftMs(): number;
}

/** What a renewal changes. Labels and annotations are none, or editing them would keep a Lease alive. */
export function renewalOf({ metadata: { uid }, spec = {} }: Lease): string {
  const { holderIdentity, renewTime, acquireTime, leaseDurationSeconds, leaseTransitions } = spec;
  return JSON.stringify([
    uid,
    holderIdentity,
    renewTime,
    acquireTime,
    leaseDurationSeconds,
    leaseTransitions,
  ]);
}

export interface ObservationRules {
  /** How long the Lease is held from this renewal on, in milliseconds. */
  durationMs(lease: Lease): number;
  /** Whether nobody holds it any more once it is deleted; never, if absent. */
  endsByDeletion?(lease: Lease): boolean;
}

/** Starts to observe one Lease. */
export function createObservation(
  clock: Clock,
  { durationMs, endsByDeletion = () => false }: ObservationRules,
): Observation {
  let last: Lease | undefined;
  let renewal: string | undefined;
  let looked = false;
  let lapsesAtMs = -Infinity;
  return {
    see(lease) {
      const now = lease && renewalOf(lease);
      if (looked && now === renewal) return;
      looked = true;
      renewal = now;
      if (lease) lapsesAtMs = clock.now() + durationMs(lease);
      else if (last && endsByDeletion(last)) lapsesAtMs = clock.now();
      last = lease;
    },
    leftMs: () => Math.max(0, lapsesAtMs - clock.now()),
  };
}
