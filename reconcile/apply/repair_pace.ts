import type { Clock } from "../../kube/clock.ts";
import type { KubeObject } from "../../kube/object.ts";
import { refKey, refOf } from "./execution.ts";
import type { Fight } from "./notices.ts";
import type { Planned } from "./planned.ts";

/** The repairs of one object since its plan last changed. */
interface History {
  planHash: string;
  /** Time of the last write, including writes that are not repairs. */
  writtenMs: number;
  repairs: { atMs: number; paths: readonly string[] }[];
  /**
   * Field managers that revert the operator's repairs; undefined unless the operator has reduced the pace of repairs.
   */
  opponents?: readonly string[] | undefined;
}

/**
 * Period in milliseconds in which the operator counts repairs. A reduced pace ends after one period without a repair.
 */
export const PACE_WINDOW_MS = 60_000;
/** Maximum number of repairs of the same field of an object in one period. */
export const REPAIRS_PER_FIELD = 5;
/** Maximum number of repairs of an object in one period, even if they repair different fields. */
export const REPAIRS_PER_OBJECT = 20;

/**
 * Decision about a repair.
 *
 * - `repair`: the operator may repair the object now.
 * - `reduce`: the operator has repaired the object too often. The caller must reduce the pace with `fightStarted`.
 * - `hold`: the pace is reduced, and the operator must wait.
 */
export type RepairDecision =
  | { action: "repair" }
  | { action: "reduce"; waitMs: number }
  | { action: "hold"; waitMs: number };

/**
 * Returns whether an apply counts towards the repair limit of an object. An apply that only adds owner references does
 * not count, because a shared object may have a new parent. But the limit for a single field still applies, because
 * another client may repeatedly remove an owner reference.
 */
function isRepair({ paths }: History["repairs"][number]): boolean {
  return !paths.every((path) => path.startsWith("metadata.ownerReferences"));
}

/** Limits how often the operator repairs the drift of each object. `key` identifies the object. */
export interface RepairPace {
  /** Returns whether the operator may repair the drifted fields of an object now. */
  decide(key: string, planHash: string, paths: readonly string[]): RepairDecision;
  /** Reduces the pace for an object. `opponents` are the field managers that revert the operator's repairs. */
  fightStarted(key: string, opponents: readonly string[]): void;
  /**
   * Returns the state of an object that is repaired at a reduced pace; undefined at the normal pace. A minute without
   * repairs ends the reduced pace.
   */
  fight(key: string, planHash: string): Fight | undefined;
  /** Records a write. The first write of a changed plan is not a repair, and clears the record of earlier repairs. */
  written(key: string, planHash: string, paths: readonly string[]): void;
}

/**
 * Creates a record that limits the repairs of each object, so that the operator and another client do not overwrite
 * each other endlessly. At a reduced pace, the operator repairs the object once a minute, until a minute passes without
 * drift. An apply of a changed plan is not a repair.
 *
 * @param clock monotonic clock
 */
export function createRepairPace(clock: Pick<Clock, "now">): RepairPace {
  const histories = new Map<string, History>();

  function historyOf(key: string, planHash: string): History | undefined {
    const history = histories.get(key);
    if (history?.planHash !== planHash) return undefined;
    history.repairs = history.repairs.filter(({ atMs }) => clock.now() - atMs < PACE_WINDOW_MS);
    return history;
  }

  function leftMs({ repairs }: History): number {
    const lastMs = repairs.at(-1)?.atMs;
    return lastMs === undefined ? 0 : lastMs + PACE_WINDOW_MS - clock.now();
  }

  /** Evicts the histories that decisions no longer need. The map contains the oldest histories first. */
  function dropOld() {
    for (const [key, { writtenMs }] of histories) {
      if (clock.now() - writtenMs < 2 * PACE_WINDOW_MS) return;
      histories.delete(key);
    }
  }

  return {
    decide(key, planHash, paths) {
      const history = historyOf(key, planHash);
      if (!history) return { action: "repair" };
      const waitMs = leftMs(history);
      if (history.opponents) return waitMs > 0 ? { action: "hold", waitMs } : { action: "repair" };
      const countOf = (path: string) =>
        history.repairs.filter((repair) => repair.paths.includes(path)).length;
      const tooMany = history.repairs.filter(isRepair).length >= REPAIRS_PER_OBJECT ||
        paths.some((path) => countOf(path) >= REPAIRS_PER_FIELD);
      return tooMany ? { action: "reduce", waitMs } : { action: "repair" };
    },
    fightStarted(key, opponents) {
      const history = histories.get(key);
      if (history) history.opponents = opponents;
    },
    fight(key, planHash) {
      const history = historyOf(key, planHash);
      if (!history?.opponents) return undefined;
      const waitMs = leftMs(history);
      if (waitMs > 0) return { opponents: history.opponents, waitMs };
      histories.delete(key);
      return undefined;
    },
    written(key, planHash, paths) {
      const writtenMs = clock.now();
      const history = historyOf(key, planHash);
      history?.repairs.push({ atMs: writtenMs, paths });
      histories.delete(key);
      histories.set(
        key,
        history ? { ...history, writtenMs } : { planHash, writtenMs, repairs: [] },
      );
      dropOld();
    },
  };
}

/**
 * Returns the key under which the executor counts the repairs of an object. All parents of a shared object have the
 * same key and thus one limit. Any other key contains the parent's UID, so that the count restarts for a recreated
 * parent.
 */
export function paceKeyOf(parent: KubeObject, { policy, manifest }: Planned): string {
  const key = refKey(refOf(manifest));
  return policy === "shared" ? key : `${parent.metadata.uid} ${key}`;
}
