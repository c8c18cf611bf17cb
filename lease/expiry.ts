import type { Lease } from "../kube/builtin.ts";
import type { Clock } from "../kube/clock.ts";

/**
 * Expiry of a Lease as this process observes it. When the process observes a renewal, it starts to measure the duration
 * of the Lease with its own clock. It ignores the times in the Lease, because other machines' clocks may be wrong.
 */
export interface ObservedExpiry {
  /** Records the current state of the Lease. `lease` is undefined if the Lease does not exist. */
  observe(lease: Lease | undefined): void;
  /**
   * Returns the time until the Lease expires, in milliseconds; 0 if the Lease has never existed. The duration counts
   * from the moment when this process observed the last renewal. Deletion does not shorten this time, because the
   * holder might not have observed the deletion yet. {@linkcode ExpiryRules.endsByDeletion} defines exceptions.
   */
  leftMs(): number;
}

/** Returns a value that changes with each renewal, but not with edits to labels or annotations. */
function renewalOf({ metadata: { uid }, spec = {} }: Lease): string {
  const { holderIdentity, renewTime, acquireTime, leaseDurationSeconds, leaseTransitions } = spec;
  const fields = [holderIdentity, renewTime, acquireTime, leaseDurationSeconds, leaseTransitions];
  return JSON.stringify([uid, ...fields]);
}

/** Rules for the expiry of leader Leases or of marker Leases. */
export interface ExpiryRules {
  /** Returns the time from a renewal until the Lease expires, in milliseconds. */
  durationMs(lease: Lease): number;
  /** Returns whether the Lease expires immediately if it is deleted. By default, a deletion is ignored. */
  endsByDeletion?(lease: Lease): boolean;
}

/** Creates an {@linkcode ObservedExpiry} of one Lease. */
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
 * The earliest time at which any process can consider a Lease expired. {@linkcode ObservedExpiry} may be later, because
 * the watch event of a renewal may arrive late. The earliest expiry is one Lease duration after the start of the last
 * request whose response still contained the previous renewal. The new renewal cannot be older than that request.
 */
export interface EarliestExpiry {
  /** Records the stored Lease from a watch, read or write. `lease` is undefined if the Lease does not exist. */
  observe(lease: Lease | undefined): void;
  /**
   * Records that a read returned the last observed Lease or an older version. `elapsedMs` counts from the start of the
   * read.
   */
  confirmByRead(elapsedMs: () => number): void;
  /**
   * Records that a write stored the last observed Lease or an older version. `elapsedMs` counts from the start of the
   * write.
   */
  confirmByWrite(elapsedMs: () => number): void;
  /** Returns the time in milliseconds until a process may consider the Lease expired; 0 or less if this is unknown. */
  leftMs(): number;
}

/**
 * Creates the {@linkcode EarliestExpiry} of one Lease.
 *
 * @param durationMs returns the time from a renewal until the Lease expires, in milliseconds
 */
export function createEarliestExpiry(durationMs: (lease: Lease) => number): EarliestExpiry {
  let renewal: string | undefined;
  let heldForMs = 0;
  /** Returns the maximum time since the last renewal, in milliseconds. */
  let sinceRenewalMs: () => number = () => Infinity;
  /** Returns the time since this process sent the last request that got a response, in milliseconds. */
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
