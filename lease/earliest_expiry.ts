import type { Lease } from "../kube/builtin.ts";
import { renewalOf } from "./observed_expiry.ts";

/**
 * For how long a Lease counts for everybody, whenever they heard of its renewal. An observation cannot tell: news may
 * have waited in a connection or in a process that stood still, so that it knows only when a renewal was made at the
 * latest. A proof knows when it was made at the earliest: after the last request that still found another one.
 */
export interface Proof {
  /** Takes in the Lease as it is stored now, whatever told of it; undefined where there is none. */
  see(lease: Lease | undefined): void;
  /** What was seen last was there, or something before it, when an answer came to a read sent at the start of `passed`. */
  read(passed: () => number): void;
  /** What was seen last was written by a request sent at the start of `passed`, or came after it. */
  wrote(passed: () => number): void;
  /** Milliseconds left for certain; 0 or less where nothing is certain. */
  leftMs(): number;
}

/** @param durationMs how long a Lease is held from a renewal on, in milliseconds */
export function createProof(durationMs: (lease: Lease) => number): Proof {
  let renewal: string | undefined;
  let heldForMs = 0;
  /** Since before the renewal was made. */
  let since: () => number = () => Infinity;
  /** Since the last request of which the answer was seen. */
  let confirmed: () => number = () => Infinity;
  return {
    see(lease) {
      const now = lease && renewalOf(lease);
      if (now === renewal) return;
      renewal = now;
      heldForMs = lease ? durationMs(lease) : 0;
      since = confirmed;
    },
    read: (passed) => void (confirmed = passed),
    wrote: (passed) => void (since = confirmed = passed),
    leftMs: () => heldForMs - since(),
  };
}
