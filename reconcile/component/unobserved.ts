import { createBoundedMap } from "../../kube/bounded_map.ts";
import type { Clock } from "../../kube/clock.ts";
import type { KubeObject } from "../../kube/object.ts";

/**
 * Time in milliseconds after which the operator treats an unchanged status as current. The status may stay the same,
 * because not every change to the spec causes a rollout.
 */
export const LONGEST_DELAY_MS = 30_000;

/** Maximum number of objects in the record, to limit memory. */
const MAX_OBJECTS = 10_000;

interface Seen {
  generation: number;
  /** Text that represents the last seen status of the object. The text changes when the status changes. */
  mark: string;
  /** Time at which the operator first saw this generation of the object; absent if the status is current. */
  sinceMs?: number;
}

/**
 * Returns a function for kinds without an observed generation in the status. The function returns whether the status of
 * an object may be older than its spec. After a change to the spec, the function returns true until the status changes,
 * but for at most {@link LONGEST_DELAY_MS}. The first call for an object returns false.
 */
export function createObservationRecord(
  clock: Pick<Clock, "now">,
): (live: KubeObject, mark: string) => boolean {
  const seen = createBoundedMap<Seen>(MAX_OBJECTS);
  return ({ metadata: { uid = "", generation = 0 } }, mark) => {
    const next = nextOf(seen.get(uid), { generation, mark }, clock.now());
    seen.set(uid, next);
    return next.sinceMs !== undefined;
  };
}

function nextOf(last: Seen | undefined, current: Omit<Seen, "sinceMs">, now: number): Seen {
  const isNew = last !== undefined && last.generation !== current.generation;
  const sinceMs = isNew ? now : last?.sinceMs;
  const isBehind = last !== undefined && sinceMs !== undefined && last.mark === current.mark &&
    now - sinceMs < LONGEST_DELAY_MS;
  return isBehind ? { ...current, sinceMs } : current;
}
