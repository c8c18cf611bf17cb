import { createBoundedMap } from "../../kube/bounded_map.ts";
import type { Clock } from "../../kube/clock.ts";
import type { PodCliqueSet } from "../../kube/optional_kinds.ts";
import type { GroveObserved } from "./observed.ts";

/**
 * Maximum delay before the operator writes a new template, in milliseconds. The operator waits until Grove has observed
 * the previous template. Grove observes a template when its rollout ends. The delay is limited, because only a new
 * template can end a stuck rollout.
 */
const TEMPLATE_WAIT_MS = 2_000;
/**
 * Maximum delay before the operator scales, in milliseconds. The operator waits until Grove has observed the
 * PodCliqueSet. The delay is limited, because a stuck rollout must not prevent scaling.
 */
const SCALE_WAIT_MS = 60_000;
/**
 * Maximum number of recorded PodCliqueSets, to limit memory. If a record is evicted, the delay for its PodCliqueSet
 * starts again.
 */
const MAX_SETS = 10_000;

/** Delays writes to a PodCliqueSet, and the scaling of its PodCliques and PodCliqueScalingGroups. */
export interface WritePace {
  /**
   * Returns the times in milliseconds that the operator must wait: before it writes the PodCliqueSet, and before it
   * scales the PodCliques and PodCliqueScalingGroups of the PodCliqueSet.
   */
  waits(
    podCliqueSet: PodCliqueSet | undefined,
  ): Pick<GroveObserved, "templateWaitMs" | "scaleWaitMs">;
  /** Records that the operator scaled a PodClique or PodCliqueScalingGroup of the PodCliqueSet. */
  scaled(podCliqueSet: PodCliqueSet): void;
}

/**
 * Creates a {@linkcode WritePace}, which works around a bug of Grove. If the operator writes a template immediately
 * after another template, or immediately after it scaled a group, Grove may never report the end of the rollout.
 */
export function createWritePace(clock: Pick<Clock, "now">): WritePace {
  /** The generation that Grove has not observed yet, keyed by the UID of the PodCliqueSet. */
  const unobserved = createBoundedMap<{ generation: number; sinceMs: number }>(MAX_SETS);
  const scaledMs = createBoundedMap<number>(MAX_SETS);

  return {
    waits(podCliqueSet) {
      if (!podCliqueSet) return { templateWaitMs: 0, scaleWaitMs: 0 };
      const sinceMs = unobservedSince(podCliqueSet);
      const afterScaleMs = scaledMs.get(podCliqueSet.metadata.uid ?? "");
      return {
        templateWaitMs: Math.max(
          left(sinceMs, TEMPLATE_WAIT_MS),
          left(afterScaleMs, TEMPLATE_WAIT_MS),
        ),
        scaleWaitMs: left(sinceMs, SCALE_WAIT_MS),
      };
    },
    scaled: ({ metadata: { uid = "" } }) => scaledMs.set(uid, clock.now()),
  };

  function unobservedSince({ metadata, status }: PodCliqueSet): number | undefined {
    const { uid = "", generation = 0 } = metadata;
    if (status?.observedGeneration === generation) {
      unobserved.delete(uid);
      return undefined;
    }
    const known = unobserved.get(uid);
    if (known?.generation === generation) return known.sinceMs;
    const sinceMs = clock.now();
    unobserved.set(uid, { generation, sinceMs });
    return sinceMs;
  }

  function left(sinceMs: number | undefined, waitMs: number): number {
    return sinceMs === undefined ? 0 : Math.max(0, sinceMs + waitMs - clock.now());
  }
}
