import { PARTITION_GROUP } from "./names.ts";

/** Keys that connect a Job and its pods with their DdbctlDpJob. */
export const PARTITION = {
  /** Finalizer of the Job and its pods, until the status of the DdbctlDpJob records their result. */
  finalizer: `${PARTITION_GROUP}/record`,
  /** Label of the Job and its pods: UID of the DdbctlDpJob. */
  uidLabel: `${PARTITION_GROUP}/uid`,
  /** Annotation of the Job and its pods: name of the DdbctlDpJob, which can be too long for a label. */
  nameAnnotation: `${PARTITION_GROUP}/name`,
} as const;
