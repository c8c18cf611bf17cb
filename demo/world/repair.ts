import type { Deployment } from "../../kube/builtin.ts";

/** When an object was seen to differ from what it was, and when to be as before again. */
export interface Repair {
  brokenAtMs: number;
  repairedAtMs: number;
}

/** Follows one Deployment. */
export interface RepairWatch {
  /** To be called with each state of the Deployment, in order. */
  see(deployment: Deployment, nowMs: number): void;
  /** Undefined until the Deployment was broken and repaired. */
  repair(): Repair | undefined;
}

/**
 * Measures how long a Deployment's spec is not what it was in `before`. A state between that was never shown is
 * known by its generation, which counts each change of the spec.
 */
export function watchRepair(before: Deployment): RepairWatch {
  const wanted = JSON.stringify(before.spec);
  const { generation = 0, uid } = before.metadata;
  let brokenAtMs: number | undefined;
  let repair: Repair | undefined;
  return {
    see({ metadata, spec }, nowMs) {
      if (metadata.uid !== uid || repair !== undefined) return;
      const same = JSON.stringify(spec) === wanted;
      if (!same) brokenAtMs ??= nowMs;
      else if ((metadata.generation ?? 0) > generation) {
        repair = { brokenAtMs: brokenAtMs ?? nowMs, repairedAtMs: nowMs };
      }
    },
    repair: () => repair,
  };
}
