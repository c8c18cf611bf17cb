import { PARTITION_GROUP } from "./names.ts";

/** What the objects of a partition job are told apart by. */
export const PARTITION = {
  /** On the Job and on each of its pods, until what became of it is in the status of the DdbctlDpJob. */
  finalizer: `${PARTITION_GROUP}/record`,
  /** Label of the Job and its pods: UID of the DdbctlDpJob. */
  uidLabel: `${PARTITION_GROUP}/uid`,
  /** Annotation of the Job and its pods: name of the DdbctlDpJob, which may be too long for a label. */
  nameAnnotation: `${PARTITION_GROUP}/name`,
} as const;
