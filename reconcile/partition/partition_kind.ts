import type { DdbctlDpJob, PartitionJobStatus } from "../../crds/kinds/partition_job.ts";
import type { Job } from "../../kube/builtin.ts";
import type { Client } from "../../kube/client.ts";
import type { Clock } from "../../kube/clock.ts";
import { isConflict } from "../../kube/errors.ts";
import type { EventContent } from "../../kube/event_manifest.ts";
import type { EventRecorder } from "../../kube/events.ts";
import { objectKey } from "../../kube/object.ts";
import type { Store } from "../../kube/store.ts";
import { isHeldBack } from "../../kube/write_gate.ts";
import { describeWriteError, refOf } from "../apply/execution.ts";
import { isNamespaceTerminating } from "../apply/namespace_terminating.ts";
import { done, type Outcome, requeue, requeueAfter } from "../engine/outcome.ts";
import { sameJson } from "../../kube/json.ts";
import { partitionJobs } from "../dynamo/resources.ts";
import { act, type ActContext } from "./apply_step.ts";
import { attemptsAfter, type Run } from "./attempts.ts";
import { cancelDeleted } from "./collect_garbage.ts";
import { BY_OBJECT } from "./watch_keys.ts";
import { statusEvents, stepEvents } from "./events.ts";
import { type GatherContext, gatherPartition } from "./gather.ts";
import { jobName } from "./job_name.ts";
import { letGo } from "./release_job.ts";
import { arePodsKnown } from "./live_pods.ts";
import { planPartition, type Step } from "./plan.ts";
import type { PartitionPod } from "./pod.ts";
import type { Progress } from "./progress.ts";
import { partitionStatus } from "./status.ts";
import { condensed, isSummedUp } from "./totals.ts";
import { takeIn } from "./ignore_not_found.ts";

export interface PartitionContext extends ActContext, Omit<GatherContext, "jobStore"> {
  client: Pick<Client, "create" | "delete" | "get" | "list" | "patch" | "patchStatus">;
  objectStore: Pick<Store<DdbctlDpJob>, "get" | "write">;
  jobStore: Pick<Store<Job>, "get" | "write" | "byIndex">;
  podStore: Pick<Store<PartitionPod>, "byIndex" | "write">;
  progress: Progress;
  recorder: Pick<EventRecorder, "event">;
  clock: Clock;
}

/**
 * One look at one partition job: gather, decide, make one step, write the status if it changed, and only then let those
 * pods go whose end it tells, and the Job if its work is over. Whatever ends this in the middle, the next look finds
 * everything that was not recorded.
 *
 * @throws what the API server answers to a step that it refuses; the status says so already
 */
export async function partitionPass(
  context: PartitionContext,
  key: string,
  signal: AbortSignal,
): Promise<Outcome> {
  const { objectStore, jobStore, podStore, clock, config, recorder } = context;
  const object = objectStore.get(key);
  const pods = podStore.byIndex(BY_OBJECT, key);
  await cancelDeleted(context, { jobs: jobStore.byIndex(BY_OBJECT, key), pods }, object, signal);
  if (!object || object.metadata.deletionTimestamp) return done;

  const { observed, runs } = gatherPartition(context, object, pods, signal);
  const nowIso = new Date(clock.now()).toISOString().replace(/\.\d+Z$/, "Z");
  const { status: before } = object;
  const earlier = before?.earlierAttempts;
  const listed = runs.filter(({ pod }) => !isSummedUp(earlier, pod.metadata.creationTimestamp));
  const seen = attemptsAfter(before?.attempts ?? [], listed, nowIso);
  const createdAt = (name: string) =>
    createdOf(listed.find(({ pod }) => pod.metadata.name === name));
  const recorded = condensed(earlier, seen, createdAt);
  const plan = planPartition(object, observed, recorded.attempts, config);
  const isForGood = plan.verdict !== undefined || plan.step.do === "create";
  if (isForGood && !await arePodsKnown(context, object, pods, signal)) return requeue;
  const result = await tryStep(context, object, plan.step, observed.job, signal);
  if (!result) return requeue;

  const { step, failure } = result;
  const view = {
    object,
    observed: { ...observed, job: jobStore.get(keyOfJob(object)) },
    plan: { ...plan, step: step ?? plan.step },
    ...recorded,
    failure: failure && describeWriteError({ ref: refOf(object), error: failure.error }),
  };
  const status = partitionStatus(view, nowIso);
  const tell = (event: EventContent) => recorder.event(object, event);
  // It is made, whether the status can be written or not.
  stepEvents(object.metadata.name, step).forEach(tell);
  const stored = await writeStatus(context, object, status, signal);
  if (!stored) return done;
  statusEvents(before, status).forEach(tell);
  const job = jobStore.get(keyOfJob(object));
  const settled = await letGo(context, stored, { job, pods: observed.pods }, pods, signal);
  if (failure) throw failure.error;
  if (!settled) return requeue;
  if (step?.do === "wait" && step.lookAgainMs) return requeueAfter(step.lookAgainMs);
  const running = observed.pods.find(({ state }) => state === "running");
  if (!running || plan.verdict) return done;
  return requeueAfter(context.progress.nextLookMs(running));
}

/** Makes a step; undefined if another look is due instead. */
async function tryStep(
  context: ActContext,
  object: DdbctlDpJob,
  step: Step,
  job: Job | undefined,
  signal: AbortSignal,
): Promise<{ step?: Step; failure?: { error: unknown } } | undefined> {
  try {
    const made = await act(context, object, step, job, signal);
    return made && { step: made };
  } catch (error) {
    if (isConflict(error) || isHeldBack(error) || signal.aborted) throw error;
    // The Job may go before its object then; soon there is nothing to be done any more.
    if (isNamespaceTerminating(error)) return undefined;
    return { failure: { error } };
  }
}

/** Returns the object as it is stored then; undefined if it is gone. */
async function writeStatus(
  { client, objectStore }: PartitionContext,
  object: DdbctlDpJob,
  status: PartitionJobStatus,
  signal: AbortSignal,
): Promise<DdbctlDpJob | undefined> {
  if (sameJson(object.status ?? {}, status)) return object;
  return await takeIn(objectStore, client.patchStatus(partitionJobs, object, status, { signal }));
}

function createdOf(run: Run | undefined): string | undefined {
  return run && (run.pod.metadata.creationTimestamp ?? "");
}

function keyOfJob({ metadata: { name, namespace } }: DdbctlDpJob): string {
  return objectKey({ namespace, name: jobName(name) });
}
