import type { Lease } from "../kube/builtin.ts";
import type { Clock } from "../kube/clock.ts";
import { createObservation, type Observation } from "./observed_expiry.ts";

/** The Lease by which a namespace-scoped operator tells the cluster-wide one to keep out of its namespace. */
export const MARKER_NAME = "dynamo-operator-namespace-scope";

/** For list and watch; it also makes a right that is limited to this name good for all namespaces. */
export const MARKER_SELECTOR = `metadata.name=${MARKER_NAME}`;

/** Says which installation holds the marker; the holder itself names a version only. */
export const INSTALLATION = "nvidia.com/dynamo-operator-installation";

/**
 * Says that whoever keeps the marker writes already, and is not waiting for others to end: a replica that goes on under
 * it need not wait either.
 */
export const ACTING = "nvidia.com/dynamo-operator-acting";

/**
 * However long a marker says that it counts, it does not count for longer after its last renewal was seen: who may
 * create Leases in a namespace could take the operator out of it for good otherwise, without ever renewing anything.
 */
export const LONGEST_MARKER_MS = 5 * 60_000;

export function installationOf({ metadata }: Lease): string | undefined {
  return metadata.annotations?.[INSTALLATION];
}

/**
 * Starts to observe a marker. Upstream's operator deletes its own when it has stopped writing, or somebody else does
 * (there is no telling): a marker without our annotation ends when it is deleted. One of ours says beforehand that it
 * is given back, by having no `renewTime` any more, which upstream takes for expired too (0.8 leaves it out at
 * creation, so that proves nothing of a marker that is not ours). Deleted without that, it was deleted by hand: its
 * holder may still be writing, and it counts on for its time.
 */
export function observeMarker(clock: Clock): Observation {
  return createObservation(clock, {
    durationMs: markerDurationMs,
    endsByDeletion: (marker) => installationOf(marker) === undefined,
  });
}

function isGivenBack(marker: Lease): boolean {
  return installationOf(marker) !== undefined && !marker.spec?.renewTime;
}

/** How long a marker counts from a renewal on, in milliseconds. */
export function markerDurationMs(marker: Lease): number {
  const { leaseDurationSeconds = 0 } = marker.spec ?? {};
  return isGivenBack(marker) ? 0 : Math.min(leaseDurationSeconds * 1000, LONGEST_MARKER_MS);
}
