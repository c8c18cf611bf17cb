import type { Lease } from "../kube/builtin.ts";
import type { Clock } from "../kube/clock.ts";
import { installationOf, LONGEST_MARKER_MS } from "./marker_lease.ts";
import { createObservedExpiry, type ObservedExpiry } from "./observed_expiry.ts";

/**
 * Creates the observed expiry of a marker Lease.
 *
 * The Go operator deletes its marker Lease after its last write, so the deletion of a Lease without our annotation
 * releases the namespace at once. Our operator first removes `renewTime`, which the Go operator also considers expired.
 * (Version 0.8 of the Go operator creates its Lease without `renewTime`, so this rule needs the annotation.) If a Lease
 * of ours is deleted without that, a user deleted it: the holder may still be writing, so it expires only after its
 * duration.
 */
export function observeMarker(clock: Clock): ObservedExpiry {
  return createObservedExpiry(clock, {
    durationMs: markerDurationMs,
    endsByDeletion: (marker) => installationOf(marker) === undefined,
  });
}

function isReleased(marker: Lease): boolean {
  return installationOf(marker) !== undefined && !marker.spec?.renewTime;
}

/** Returns for how long one renewal holds the marker Lease, in milliseconds. */
export function markerDurationMs(marker: Lease): number {
  const { leaseDurationSeconds = 0 } = marker.spec ?? {};
  return isReleased(marker) ? 0 : Math.min(leaseDurationSeconds * 1000, LONGEST_MARKER_MS);
}
