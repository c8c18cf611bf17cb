import type { DdbctlDpJob, PartitionAttempt } from "../../crds/kinds/partition_job.ts";
import { isPaused } from "../../crds/labels.ts";
import type { Job } from "../../kube/builtin.ts";
import { isConflict } from "../../kube/errors.ts";
import { objectKey } from "../../kube/object.ts";
import { isHeldBack } from "../../kube/write_gate.ts";
import { describeWriteError, refOf } from "../apply/execution.ts";
import { isNamespaceTerminating } from "../apply/write_errors.ts";
import { UPGRADE_CRDS } from "../dynamo/conditions.ts";
import { partitionJobs } from "../dynamo/resources.ts";
import {
  combineOutcomes,
  type Outcome,
  requeue,
  requeueAfter,
  terminalOrThrow,
} from "../engine/outcome.ts";
import type { ReconciledKind } from "../engine/reconciled_kind.ts";
import { isUndecided } from "./approval.ts";
import { applyStep, arePodsKnown } from "./apply_step.ts";
import { attemptsAfter, inOrder } from "./attempts.ts";
import { BY_OBJECT } from "./children.ts";
import type { PartitionContext } from "./context.ts";
import { jobName } from "./job.ts";
import type { PartitionObserved } from "./observed.ts";
import { ownJob, type PartitionPlan, planPartition, type Step } from "./plan.ts";
import { lacksPod, REFUSAL_POLL_MS } from "./pod_refusal.ts";
import { isFinished } from "./end_state.ts";
import { isOwnPod, type PartitionPod } from "./pod.ts";
import { collectGarbage, releaseRecorded } from "./release_children.ts";
import { unreadableStatus } from "../dynamo/unreadable_status.ts";
import { partitionStatus, statusEvents, stepEvents } from "./status.ts";
import { condensed, isSummedUp } from "./totals.ts";

interface Gathered extends PartitionObserved {
  /**
   * Pods with annotations that name the object, including foreign pods and pods of a deleted object with the same name.
   */
  named: readonly PartitionPod[];
}

interface Effects {
  step: Step;
  /** Error of the step; absent if the step succeeded. */
  failure?: { error: unknown };
  /** The stored Job after the step. */
  job: Job | undefined;
}

/**
 * Declares the reconciliation of DdbctlDpJobs. Each reconciliation plans one step, applies the step and writes the
 * status. The operator removes its finalizer from a pod or a Job only after the stored status contains the result.
 * Therefore, no result is lost if the operator stops at any time.
 */
export function partitionKind(
  context: PartitionContext,
): ReconciledKind<DdbctlDpJob, Gathered, PartitionPlan, Effects> {
  const { jobStore, podStore, progress, recorder, config } = context;
  const jobOf = ({ metadata: { name, namespace } }: DdbctlDpJob) =>
    jobStore.get(objectKey({ namespace, name: jobName(name) }));

  async function refusalOf(
    object: DdbctlDpJob,
    job: Job | undefined,
    pods: readonly PartitionPod[],
    attempts: readonly PartitionAttempt[],
    signal: AbortSignal,
  ): Promise<string | undefined> {
    const own = isFinished(object) ? undefined : ownJob(object, job);
    if (!own || !lacksPod(object, own, pods)) return undefined;
    const since = attempts.at(-1)?.endedAt ?? own.metadata.creationTimestamp ?? "";
    return await context.podRefusal(own, since, signal);
  }

  return {
    resource: partitionJobs,
    upgradeCrd: UPGRADE_CRDS,
    isPaused,

    collectGarbage: (key, object, signal) => collectGarbage({ ...context, signal }, key, object),

    async gather(object, { nowIso, signal }) {
      const { earlierAttempts, attempts = [] } = object.status ?? {};
      const named = podStore.byIndex(BY_OBJECT, objectKey(object.metadata));
      const pods = inOrder(named.filter((pod) => isOwnPod(object, pod) && !pod.neverRuns));
      const runs = pods.map((pod) =>
        pod.state === "running" ? { pod, progress: progress.read(pod, signal) } : { pod }
      ).filter(({ pod }) => !isSummedUp(earlierAttempts, pod.metadata.creationTimestamp));
      const created = new Map(runs.map(({ pod: { metadata } }) => {
        return [metadata.name, metadata.creationTimestamp ?? ""];
      }));
      const current = attemptsAfter(attempts, runs, nowIso);
      const recorded = condensed(
        earlierAttempts,
        current,
        (name) => created.get(name),
        object.spec.maxItems,
      );
      const definedAt = isUndecided(object) ? await context.definedAt(signal) : undefined;
      const job = jobOf(object);
      const podRefusal = await refusalOf(object, job, pods, recorded.attempts, signal);
      const podWarning = isFinished(object) ? undefined : await context.podWarning(pods, signal);
      return { job, pods, named, ...recorded, definedAt, podRefusal, podWarning };
    },

    plan: (object, observed) => planPartition(object, observed, config),
    emptyPlan: { step: { do: "nothing" } },

    async effects({ object, observed, plan: { step, endState } }, signal) {
      const isIrreversible = endState !== undefined ||
        step.do === "create" || step.do === "admit";
      const scope = { ...context, signal };
      if (isIrreversible && !await arePodsKnown(scope, object, observed.named)) return undefined;
      try {
        const applied = await applyStep(scope, object, step, observed.job);
        if (!applied) return undefined;
        // The operator sends the event even if the status write fails, because the step was applied.
        for (const event of stepEvents(object.metadata.name, applied)) {
          recorder.event(object, event);
        }
        return { step: applied, job: jobOf(object) };
      } catch (error) {
        if (isConflict(error) || isHeldBack(error) || signal.aborted) throw error;
        // The API server refuses new Jobs in a terminating namespace. This is not a failure, because Kubernetes also
        // deletes the object.
        if (isNamespaceTerminating(error)) return undefined;
        return { step, failure: { error }, job: jobOf(object) };
      }
    },

    status({ object, observed, plan, execution }, nowIso, { step, job, failure }) {
      const ref = refOf(object);
      const [error] = failure ? [{ ref, ...failure }] : execution.errors;
      const view = {
        object,
        observed: { ...observed, job },
        plan: { ...plan, step },
        ...(error && { failure: describeWriteError(error) }),
      };
      return partitionStatus(view, nowIso);
    },

    // The status of a finished deletion stays unchanged, because its result no longer depends on other objects.
    unreadableStatus: (object, unreadable, nowIso) =>
      isFinished(object) ? object.status : unreadableStatus(object.status, unreadable, nowIso),

    events: (_reconciliation, before, after) => after ? statusEvents(before, after) : [],

    async afterStatus({ object, observed, plan }, stored, { step, failure }, signal) {
      const { pods, named, podWarning } = observed;
      const current = { job: jobOf(stored), pods };
      const released = await releaseRecorded({ ...context, signal }, stored, current, named);
      const running = pods.find(({ state }) => state === "running");
      const polls: Outcome[] = [];
      if (running && !plan.endState) polls.push(requeueAfter(progress.nextReadMs(running)));
      if (podWarning && !plan.endState) polls.push(requeueAfter(podWarning.pollMs));
      const own = plan.endState ? undefined : ownJob(object, current.job);
      if (own && !isFinished(stored) && lacksPod(stored, own, pods)) {
        polls.push(requeueAfter(REFUSAL_POLL_MS));
      }
      if (failure) return combineOutcomes([terminalOrThrow(failure.error), ...polls]);
      if (!released) return requeue;
      if (step.do === "wait" && step.pollMs) polls.push(requeueAfter(step.pollMs));
      return combineOutcomes(polls);
    },
  };
}
