import type { Client } from "../../kube/client.ts";
import type { Clock } from "../../kube/clock.ts";
import type { Execution } from "../apply/execution.ts";
import type { GroveObserved } from "./observed.ts";
import type { GrovePlan } from "./plan.ts";
import { createScaler } from "./scale_writes.ts";
import { scalesOf } from "./scaling.ts";
import type { WritePace } from "./write_pace.ts";

/** A graph, its plan, and the result of executing the plan. */
export interface ScaledGraph {
  plan: { grove?: Pick<GrovePlan, "services" | "obsolete">; migration?: object };
  observed: { grove?: GroveObserved };
  execution: Pick<Execution, "writes" | "errors" | "blocked" | "conflicts">;
  paused: boolean;
}

/** Dependencies of {@linkcode createServiceScaler}. */
export interface ScalerContext {
  client: Pick<Client, "patch">;
  clock: Pick<Clock, "now">;
  pace: Pick<WritePace, "scaled">;
}

/**
 * Returns a function that scales the PodCliques and PodCliqueScalingGroups of a graph. The function adds its results to
 * `execution`. It returns the time in milliseconds until the operator may scale; 0 if the operator need not wait.
 */
export function createServiceScaler(
  context: ScalerContext,
): (graph: ScaledGraph, signal: AbortSignal) => Promise<number> {
  const scale = createScaler(context);

  return async ({ plan, observed: { grove }, execution, paused }, signal) => {
    const isRunning = plan.grove && !plan.grove.obsolete && !plan.migration;
    const scales = grove && plan.grove && isRunning && !paused
      ? scalesOf(plan.grove.services, grove)
      : [];
    if (!grove?.podCliqueSet || scales.length === 0) return 0;
    if (grove.scaleWaitMs > 0) return grove.scaleWaitMs;
    const { writes, errors, blocked, conflicts } = await scale(scales, signal);
    if (writes.length > 0) context.pace.scaled(grove.podCliqueSet);
    execution.writes.push(...writes);
    execution.errors.push(...errors);
    execution.blocked.push(...blocked);
    execution.conflicts.push(...conflicts);
    return 0;
  };
}
