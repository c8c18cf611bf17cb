import { createHash } from "node:crypto";
import type { DdbctlDpJob } from "../../crds/kinds/partition_job.ts";

/** The Job controller uses the Job's name as a label value on its pods. */
const MAX_JOB_NAME = 63;
const SUFFIX = "-job";

/** Returns the name of the Job of a DdbctlDpJob: `NAME-job`. A long name is truncated and gets a hash of the full name. */
export function jobName(name: string): string {
  if (name.length + SUFFIX.length <= MAX_JOB_NAME) return name + SUFFIX;
  const suffix = `-${hash(name, 8)}${SUFFIX}`;
  return name.slice(0, MAX_JOB_NAME - suffix.length).replace(/[-.]+$/, "") + suffix;
}

/** Returns the name of the Secret of an object. It contains a hash of the UID: unique, and not predictable. */
export function secretName({ metadata: { name, uid = "" } }: DdbctlDpJob): string {
  return `${jobName(name)}-${hash(uid, 16)}`;
}

function hash(text: string, length: number): string {
  return createHash("sha256").update(text).digest("hex").slice(0, length);
}
