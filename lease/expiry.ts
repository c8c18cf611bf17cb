import type { Lease } from "../kube/builtin.ts";
import type { Clock } from "../kube/clock.ts";

/**
 * When a Lease expires, as this process observes it: by its own clock, from the moment it saw the last renewal. Times
 * in the Lease are only compared for equality, because clocks of other machines may be wrong.
 */
export interface ObservedExpiry {
  /** Records the current Lease; undefined if it does not exist. */
  observe(lease: Lease | undefined): void;
  /**
   * Returns how long the Lease is still held, in milliseconds: its duration, counted from the moment at which a new
   * renewal was observed. Returns 0 if the Lease has never existed. After a deletion the time continues, because the
   * holder may not know of the deletion yet; {@linkcode ExpiryRules.endsByDeletion} makes exceptions.
   */
  leftMs(): number;
}

/** Returns a value that changes with each renewal. Edits of labels or annotations must not keep a Lease alive. */
function renewalOf({ metadata: { uid }, spec = {} }: Lease): string {
  const { holderIdentity, renewTime, acquireTime, leaseDurationSeconds, leaseTransitions } = spec;
  const fields = [holderIdentity, renewTime, acquireTime, leaseDurationSeconds, leaseTransitions];
  return JSON.stringify([uid, ...fields]);
}

/** How a kind of Lease expires. */
export interface ExpiryRules {
  /** Returns for how long one renewal holds the Lease, in milliseconds. */
  durationMs(lease: Lease): number;
  /** Returns whether a deletion of the Lease releases it at once; by default it does not. */
  endsByDeletion?(lease: Lease): boolean;
}

/** Creates the observed expiry of one Lease. */
export function createObservedExpiry(
  clock: Clock,
  { durationMs, endsByDeletion = () => false }: ExpiryRules,
): ObservedExpiry {
  let last: { lease: Lease | undefined; renewal: string | undefined } | undefined;
  let expiresAtMs = -Infinity;
  return {
    observe(lease) {
      const renewal = lease && renewalOf(lease);
      if (last && renewal === last.renewal) return;
      if (lease) expiresAtMs = clock.now() + durationMs(lease);
      else if (last?.lease && endsByDeletion(last.lease)) expiresAtMs = clock.now();
      last = { lease, renewal };
    },
    leftMs: () => Math.max(0, expiresAtMs - clock.now()),
  };
}

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
