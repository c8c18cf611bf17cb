import type { Lease } from "../kube/builtin.ts";
import { renewalOf } from "./observed_expiry.ts";

/**
 * When a Lease may expire for any observer at the earliest. The observed expiry is not enough for that: an event may
 * arrive late, so it shows only the latest time of a renewal. The earliest time of a renewal is the start of the last
 * request whose response still contained the renewal before.
 */
export interface EarliestExpiry {
  /** Records the stored Lease, however it was read; undefined if it does not exist. */
  observe(lease: Lease | undefined): void;
  /** Confirms the last observed Lease by a read. `elapsedMs` is a stopwatch that was started before the request. */
  confirmByRead(elapsedMs: () => number): void;
  /** Confirms that the last observed Lease is not older than the own write that was sent at the start of `elapsedMs`. */
  confirmByWrite(elapsedMs: () => number): void;
  /** Returns for how long every observer considers the Lease held, in milliseconds; 0 or less if that is unknown. */
  leftMs(): number;
}

/**
 * Creates the earliest expiry of one Lease.
 *
 * @param durationMs returns for how long one renewal holds the Lease, in milliseconds
 */
export function createEarliestExpiry(durationMs: (lease: Lease) => number): EarliestExpiry {
  let renewal: string | undefined;
  let heldForMs = 0;
  /** Time since the renewal, at most. */
  let sinceRenewalMs: () => number = () => Infinity;
  /** Time since the last request whose response was observed. */
  let sinceRequestMs: () => number = () => Infinity;
  return {
    observe(lease) {
      const current = lease && renewalOf(lease);
      if (current === renewal) return;
      renewal = current;
      heldForMs = lease ? durationMs(lease) : 0;
      sinceRenewalMs = sinceRequestMs;
    },
    confirmByRead: (elapsedMs) => void (sinceRequestMs = elapsedMs),
    confirmByWrite: (elapsedMs) => void (sinceRenewalMs = sinceRequestMs = elapsedMs),
    leftMs: () => heldForMs - sinceRenewalMs(),
  };
}
