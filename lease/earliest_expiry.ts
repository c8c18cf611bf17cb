import type { Lease } from "../kube/builtin.ts";
import { renewalOf } from "./observed_expiry.ts";

/**
 * The earliest time at which any process can consider a Lease expired. The observed expiry may be later, because the
 * event of a renewal may arrive late. So the duration is counted from the start of the last request whose response still
 * showed the previous renewal: the new renewal cannot be older than that.
 */
export interface EarliestExpiry {
  /** Records the stored Lease, however it was read; undefined if it does not exist. */
  observe(lease: Lease | undefined): void;
  /** Records that a read, sent when the stopwatch `elapsedMs` started, returned the last observed Lease or an older one. */
  confirmByRead(elapsedMs: () => number): void;
  /** Records that a write of this process, sent when `elapsedMs` started, stored the last observed Lease or an older one. */
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
  /** Upper bound of the time since the renewal. */
  let sinceRenewalMs: () => number = () => Infinity;
  /** Time since the last request with a response was sent. */
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
