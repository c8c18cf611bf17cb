import { isPaused } from "../../crds/paused.ts";
import type { DdbctlDpJob, PartitionAttempt } from "../../crds/kinds/partition_job.ts";
import type { Job } from "../../kube/builtin.ts";
import { ownership } from "../apply/ownership.ts";
import type { PartitionConfig } from "./config.ts";
import type { PartitionPod } from "./pod.ts";
import { secretName } from "./secret.ts";
import { isFinished, refusal, type Verdict, verdict } from "./end_state.ts";

/** What is known of the cluster about one object. */
export interface PartitionObserved {
  /** The Job of the name that the object's own has, whoever made it. */
  job: Job | undefined;
  /** Pods of the object that are there, oldest first. */
  pods: readonly PartitionPod[];
}

/** Why nothing can be done just now. */
export interface Hindrance {
  reason: "NameConflict" | "WaitingForDeletion" | "JobImageMissing";
  message: string;
  /** Nothing tells of the end of it, so it is looked for again; absent: something does. */
  lookAgainMs?: number;
}

/** The next thing to be done, before the status is written. */
export type Step =
  | { do: "nothing" }
  | { do: "create" }
  | { do: "suspend"; suspend: boolean }
  | { do: "restoreSecret" }
  | ({ do: "wait" } & Hindrance);

export interface PartitionPlan {
  step: Step;
  /** The end, if it is reached. */
  verdict?: Verdict | undefined;
}

const nothing: Step = { do: "nothing" };
const CONFLICT_LOOK_MS = 30_000;
const DELETION_LOOK_MS = 5_000;

/** Decides what is to be done for an object that is not being deleted. */
export function planPartition(
  object: DdbctlDpJob,
  observed: PartitionObserved,
  attempts: readonly PartitionAttempt[],
  config: PartitionConfig,
): PartitionPlan {
  if (isFinished(object)) return { step: nothing };
  const refused = refusal(object, config.tableAllow);
  const own = ownJob(object, observed.job);
  // Begun under another list of tables, it ends by its own pods' refusal.
  if (refused && !own && attempts.length === 0) return { step: nothing, verdict: refused };
  const end = verdict({ job: own, attempts, active: isActive(observed.pods) });
  if (end) return { step: nothing, verdict: end };
  if (isPaused(object)) return { step: nothing };
  if (own) return { step: keep(object, own, observed.pods) };
  return { step: hindrance(object, observed, config) ?? { do: "create" } };
}

/** The object's own Job: not one of its name that somebody else, or a predecessor, has made. */
export function ownJob(object: DdbctlDpJob, job: Job | undefined): Job | undefined {
  return job && ownership(object, job) === "owned" ? job : undefined;
}

/** What stands in the way of a Job of that name. */
export function inTheWay(object: DdbctlDpJob, job: Job): Hindrance {
  const { name } = job.metadata;
  if (ownership(object, job) === "predecessor") {
    return {
      reason: "WaitingForDeletion",
      message: `Job "${name}" of a deleted DdbctlDpJob "${object.metadata.name}" is still going`,
      lookAgainMs: DELETION_LOOK_MS,
    };
  }
  return {
    reason: "NameConflict",
    message: `Job "${name}" exists and is not owned by DdbctlDpJob "${object.metadata.name}": ` +
      "delete it, or create this object under another name",
    lookAgainMs: CONFLICT_LOOK_MS,
  };
}

function keep(object: DdbctlDpJob, job: Job, pods: readonly PartitionPod[]): Step {
  const suspend = object.spec.suspend ?? false;
  if (job.metadata.deletionTimestamp) return nothing;
  if (lacksSecret(object, pods)) return { do: "restoreSecret" };
  if ((job.spec?.suspend ?? false) === suspend) return nothing;
  // A pod that is being stopped may end with all of the work done; the Job would not count it, and begin another.
  if (!suspend && isActive(pods)) return nothing;
  return { do: "suspend", suspend };
}

function isActive(pods: readonly PartitionPod[]): boolean {
  return pods.some(({ state }) => state !== "ended");
}

/** Whether a pod cannot start because somebody deleted the Secret with the partition's value. */
function lacksSecret(object: DdbctlDpJob, pods: readonly PartitionPod[]): boolean {
  const notFound = `"${secretName(object)}" not found`;
  return pods.some(({ trouble }) => trouble?.includes(notFound) === true);
}

function hindrance(
  object: DdbctlDpJob,
  { job, pods }: PartitionObserved,
  { image }: PartitionConfig,
): Step | undefined {
  if (job) return { do: "wait", ...inTheWay(object, job) };
  // A Job that somebody deleted takes its pod along; the next must not work beside it.
  const running = pods.find(({ state }) => state !== "ended");
  if (running) {
    const message = `Pod "${running.metadata.name}" of a Job that was deleted is still running`;
    return { do: "wait", reason: "WaitingForDeletion", message };
  }
  if (image !== "") return undefined;
  const message = "The operator does not know which image deletes partitions: " +
    "start it with --partition-job-image";
  return { do: "wait", reason: "JobImageMissing", message };
}
