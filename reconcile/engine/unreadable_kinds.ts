import { type Clock, isoSeconds } from "../../kube/clock.ts";
import { type Source, unreadableSources } from "./informer_health.ts";

/** The kinds that a controller needs but cannot read. */
export interface UnreadableKinds {
  /** Names of the kinds, such as `deployments.apps, secrets`. */
  names: string;
  /** Why the operator cannot read the kinds, and the remedy. */
  reason: string;
  /** Time at which the operator first failed to read the kinds, in RFC 3339 format with whole seconds. */
  sinceIso: string;
}

/** A record of the kinds that a controller cannot read. */
export interface UnreadableTracker {
  /**
   * Updates the record from the states of the informers. Returns true once, when a kind has been unreadable for so long
   * that the status of the objects must report it.
   */
  poll(): boolean;
  /**
   * Returns the kinds that the last poll could not read. Each custom resource of the controller reports them in its
   * status.
   */
  current(): UnreadableKinds | undefined;
  /** Clears the record. The manager calls this before the controllers start. */
  reset(): void;
}

/** Interval between two polls, in milliseconds. */
export const UNREADABLE_POLL_MS = 5_000;

/**
 * A kind must be unreadable for this time, in milliseconds, before the status of objects reports it. After an
 * interruption of the API server, the informer of the kind may retry up to 30 s later than the informer of the objects.
 * The remaining 15 s are a margin for the list request.
 */
const REPORT_AFTER_MS = 45_000;

/**
 * Creates the record for one controller. A kind counts as unreadable only while the informer of the controller's own
 * objects is connected. Otherwise the API server may be unreachable, and the stored objects may be outdated.
 */
export function trackUnreadableKinds(
  sources: readonly Source[],
  clock: Pick<Clock, "now" | "epochMs">,
): UnreadableTracker {
  const own = sources.find(({ primary }) => primary)?.informer;
  let found: { kinds: UnreadableKinds; sinceMs: number; isDue: boolean } | undefined;
  return {
    poll() {
      const isConnected = own?.state() === "synced" && own.problem() === undefined;
      const unreadable = isConnected ? unreadableSources(sources) : [];
      if (unreadable.length === 0) {
        found = undefined;
        return false;
      }
      const names = unreadable.map(({ name }) => name).join(", ");
      if (names !== found?.kinds.names) {
        const reason = unreadable.map(({ reason }) => reason).join("; ");
        const kinds = { names, reason, sinceIso: isoSeconds(clock.epochMs()) };
        found = { kinds, sinceMs: clock.now(), isDue: false };
      }
      if (found.isDue || clock.now() - found.sinceMs < REPORT_AFTER_MS) return false;
      return found.isDue = true;
    },
    current: () => found?.isDue ? found.kinds : undefined,
    reset: () => found = undefined,
  };
}
