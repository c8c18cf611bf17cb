import type { Lease } from "../kube/builtin.ts";
import { DEFAULT_FIELD_MANAGER } from "../kube/client.ts";
import type { Clock } from "../kube/clock.ts";
import { isJsonObject } from "../kube/json.ts";
import { createObservedExpiry, type ObservedExpiry } from "./expiry.ts";

/** Name of every marker Lease. The cluster-wide operator does not write to a namespace with a valid marker Lease. */
export const MARKER_NAME = "dynamo-operator-namespace-scope";

/**
 * Annotation with the operator installation that holds a marker Lease: `<namespace>/<leader lease>/<Helm release>`.
 * `holderIdentity` contains only a version.
 */
export const INSTALLATION = "nvidia.com/dynamo-operator-installation";

/**
 * Annotation in which this operator repeats the `holderIdentity` that it writes. The Go operator overwrites
 * `holderIdentity` but keeps the annotations, so different values usually mean that the Go operator holds the Lease.
 * They can also mean that an older version of this operator, which does not know the annotation, renewed the Lease. In
 * that case, {@linkcode DEFAULT_FIELD_MANAGER} owns the field `holderIdentity`.
 */
export const HOLDER = "nvidia.com/dynamo-operator-holder";

/**
 * Annotation that is "true" while the holder writes to the namespace, and absent during its handover delay. The next
 * replica that holds the Lease can skip the delay if the previous replica was already writing.
 */
export const WRITING = "nvidia.com/dynamo-operator-acting";

/**
 * Maximum time from a renewal until a marker Lease expires, in milliseconds. Without this limit, any user who may
 * create Leases could exclude the cluster-wide operator from a namespace for years.
 */
export const LONGEST_MARKER_MS = 5 * 60_000;

/** Timing of a marker Lease, in milliseconds. */
export interface MarkerTimes {
  /** Time from a renewal until the Lease expires; a multiple of 1000. */
  durationMs: number;
  /** Interval between renewals. */
  renewMs: number;
  /** Delay between the acquisition and the first write, because the previous holder may still be writing. */
  handoverDelayMs: number;
}

/**
 * Returns the time after a renewal during which writes may start, in milliseconds. This time is two thirds of the Lease
 * duration, or the mean of Lease duration and renewal interval if the mean is longer. The next renewal is due before
 * this time ends.
 */
export function markerDeadlineMs(
  { durationMs, renewMs }: Pick<MarkerTimes, "durationMs" | "renewMs">,
): number {
  return Math.max(durationMs * 2 / 3, (durationMs + renewMs) / 2);
}

/** Returns the operator installation that holds a marker Lease; undefined for a Lease of the Go operator. */
export function installationOf({ metadata, spec }: Lease): string | undefined {
  const { [INSTALLATION]: installation, [HOLDER]: holder } = metadata.annotations ?? {};
  const isOurs = holder === undefined || holder === spec?.holderIdentity ||
    ownsHolderIdentity(metadata);
  return isOurs ? installation : undefined;
}

/** Returns whether this operator, in any version, was the last client that changed `holderIdentity`. */
function ownsHolderIdentity({ managedFields = [] }: Lease["metadata"]): boolean {
  return managedFields.some(({ manager, fieldsV1 }) => {
    const fields: unknown = fieldsV1;
    const spec = isJsonObject(fields) ? fields["f:spec"] : undefined;
    return manager === DEFAULT_FIELD_MANAGER && isJsonObject(spec) &&
      spec["f:holderIdentity"] !== undefined;
  });
}

/**
 * Creates an {@linkcode ObservedExpiry} of a marker Lease.
 *
 * If a Lease of the Go operator is deleted, it expires immediately, because the Go operator deletes its Lease after its
 * last write. {@linkcode installationOf} identifies such a Lease. The rule does not depend on `renewTime`, because
 * version 0.8 of the Go operator creates Leases without it.
 *
 * If a Lease of this operator is deleted, it expires only after its duration. A user may have deleted it, and its
 * holder may still be writing. Before this operator deletes its own Lease, it removes `renewTime`, so that
 * both operators consider the Lease expired.
 */
export function observeMarker(clock: Clock): ObservedExpiry {
  return createObservedExpiry(clock, {
    durationMs: markerDurationMs,
    endsByDeletion: (marker) => installationOf(marker) === undefined,
  });
}

/** Returns the time from a renewal until a marker Lease expires, in milliseconds; 0 for a released Lease. */
export function markerDurationMs(marker: Lease): number {
  const { renewTime, leaseDurationSeconds = 0 } = marker.spec ?? {};
  const isReleased = installationOf(marker) !== undefined && !renewTime;
  return isReleased ? 0 : Math.min(leaseDurationSeconds * 1000, LONGEST_MARKER_MS);
}
