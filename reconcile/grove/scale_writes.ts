import type { Client } from "../../kube/client.ts";
import type { Clock } from "../../kube/clock.ts";
import { createBoundedMap } from "../../kube/bounded_map.ts";
import { isConflict, isNotFound } from "../../kube/errors.ts";
import { compareResourceVersions, type KubeObject } from "../../kube/object.ts";
import { isHeldBack } from "../../kube/write_gate.ts";
import { type Blocked, type Execution, refOf } from "../apply/execution.ts";
import { describeFight } from "../apply/notices.ts";
import { DRIFT_FIGHT } from "../apply/reasons.ts";
import { createRepairPace } from "../apply/repair_pace.ts";
import type { Scale } from "./scaling.ts";

/** Maximum number of recorded writes, to limit memory. If a record is evicted, the operator may repeat its write. */
const MAX_WRITES = 10_000;
/** Path of the field that a scale request changes. */
const REPLICAS = "spec.replicas";

/** Result of the scale requests of a graph, as a part of an {@link Execution}. */
export type ScaleResult = Pick<Execution, "writes" | "errors" | "blocked" | "conflicts">;

/**
 * Returns a function that scales objects through their subresource `scale`. The function ignores objects that no longer
 * exist, because Grove creates them again. If another client reverts each change to the replicas, the function scales
 * the object less often.
 */
export function createScaler(
  { client, clock }: { client: Pick<Client, "patch">; clock: Pick<Clock, "now"> },
): (scales: readonly Scale[], signal: AbortSignal) => Promise<ScaleResult> {
  const pace = createRepairPace(clock);
  /** The last write to each object. The store might not contain its result yet. */
  const sent = createBoundedMap<{ replicas: number; version: string | undefined }>(MAX_WRITES);

  return async (scales, signal) => {
    const result: ScaleResult = { writes: [], errors: [], blocked: [], conflicts: [] };
    for (const scale of scales) await send(scale, result, signal);
    return result;
  };

  async function send(scale: Scale, result: ScaleResult, signal: AbortSignal): Promise<void> {
    const { resource, live, replicas } = scale;
    const { uid = "", resourceVersion } = live.metadata;
    const last = sent.get(uid);
    const isPending = last?.replicas === replicas &&
      compareResourceVersions(resourceVersion, last.version) < 0;
    if (isPending) return;
    const held = heldBack(scale);
    if (held) return void result.blocked.push(held);
    const ref = refOf(live);
    try {
      const patch = { type: "merge", subresource: "scale", body: { spec: { replicas } } } as const;
      const { metadata } = await client.patch<KubeObject>(resource, live.metadata, patch, {
        signal,
      });
      sent.set(uid, { replicas, version: metadata.resourceVersion });
      pace.written(uid, String(replicas), [REPLICAS]);
      const why = [`${live.spec.replicas} to ${replicas} replicas`];
      result.writes.push({ ref, verb: "scale", why });
    } catch (error) {
      if (signal.aborted) throw error;
      if (isNotFound(error)) return;
      if (isConflict(error) || isHeldBack(error)) result.conflicts.push(ref);
      else result.errors.push({ ref, error });
    }
  }

  /**
   * Returns undefined if the operator may scale the object now. Returns the reason to wait if another client reverts
   * each change to the replicas.
   */
  function heldBack({ live, replicas }: Scale): Blocked | undefined {
    const { uid = "" } = live.metadata;
    const decision = pace.decide(uid, String(replicas), [REPLICAS]);
    if (decision.action === "repair") return undefined;
    if (decision.action === "reduce") pace.fightStarted(uid, []);
    const ref = refOf(live);
    return {
      ref,
      reason: DRIFT_FIGHT,
      message: describeFight(ref, []),
      retryMs: decision.waitMs,
    };
  }
}
