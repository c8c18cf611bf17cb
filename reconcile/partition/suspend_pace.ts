import { type Job, jobs } from "../../kube/builtin.ts";
import type { Client } from "../../kube/client.ts";
import type { Clock } from "../../kube/clock.ts";
import { refOf } from "../apply/execution.ts";
import { foreignManagers } from "../apply/managed_fields.ts";
import { describeFight } from "../apply/notices.ts";
import { DRIFT_FIGHT } from "../apply/reasons.ts";
import { createRepairPace } from "../apply/repair_pace.ts";
import type { Step } from "./plan.ts";

const FIELD = "spec.suspend";

/** A step that suspends or resumes a Job. */
export type SuspendStep = Extract<Step, { do: "suspend" }>;

/** Limits how often the operator suspends or resumes a Job if another client, such as Kueue, reverts each change. */
export interface SuspendPace {
  /** Returns the step if the operator may apply it now; otherwise a `wait` step. */
  limited(job: Job, step: SuspendStep, signal: AbortSignal): Promise<Step>;
  /**
   * Records an applied step and counts it towards the limit. Does not count the first step after the user has changed
   * `suspend`, because this step does not undo a change of another client.
   */
  applied(job: Job, step: SuspendStep): void;
}

/** Creates a {@linkcode SuspendPace} without recorded steps. */
export function createSuspendPace(
  client: Pick<Client, "get">,
  clock: Pick<Clock, "now">,
): SuspendPace {
  const pace = createRepairPace(clock);
  const argumentsOf = ({ metadata: { uid = "" } }: Job, { suspend }: SuspendStep) =>
    [uid, String(suspend), [FIELD]] as const;

  return {
    async limited(job, step, signal) {
      const [key, wanted, fields] = argumentsOf(job, step);
      const decision = pace.decide(key, wanted, fields);
      if (decision.action === "repair") return step;
      if (decision.action === "reduce") {
        const full = await client.get(jobs, job.metadata, { signal });
        pace.fightStarted(key, foreignManagers(full, FIELD));
      }
      const { opponents = [] } = pace.fight(key, wanted) ?? {};
      const message = describeFight(refOf(job), opponents);
      return { do: "wait", reason: DRIFT_FIGHT, message, pollMs: decision.waitMs };
    },
    applied: (job, step) => pace.written(...argumentsOf(job, step)),
  };
}
