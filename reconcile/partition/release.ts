import type { DdbctlDpJob } from "../../crds/partition_job.ts";
import { PARTITION } from "../../crds/partition_labels.ts";
import type { Job } from "../../kube/builtin.ts";
import { isFinished } from "./verdict.ts";

/** A merge patch of a Job. */
export type JobPatch = { metadata: Record<string, unknown>; spec?: Record<string, unknown> };

/** The patch that lets a Job go, guarded by its resourceVersion; undefined if nothing of ours holds it. */
export function withoutFinalizer({ metadata }: Job): JobPatch | undefined {
  const { finalizers = [], resourceVersion } = metadata;
  if (!finalizers.includes(PARTITION.finalizer)) return undefined;
  const others = finalizers.filter((finalizer) => finalizer !== PARTITION.finalizer);
  return { metadata: { resourceVersion, finalizers: others } };
}

/**
 * What is changed in the Job once the status, as it is stored, says all that is to be known of it: the finalizer goes,
 * which kept it until then, and only now it gets a time to live. A Job that somebody deleted in mid-run is let go too:
 * another one goes on.
 */
export function releaseOf(stored: DdbctlDpJob, job: Job): JobPatch | undefined {
  const finished = isFinished(stored);
  if (!finished && !job.metadata.deletionTimestamp) return undefined;
  const released = withoutFinalizer(job);
  const ttl = stored.spec.ttlSecondsAfterFinished;
  if (!finished || job.spec?.ttlSecondsAfterFinished === ttl) return released;
  const { resourceVersion } = job.metadata;
  return {
    metadata: released?.metadata ?? { resourceVersion },
    spec: { ttlSecondsAfterFinished: ttl ?? null },
  };
}
