/** Outcomes of a deletion, which the operator uses as condition reasons. */
export const OUTCOMES = [
  "Deleted",
  "Counted",
  "TableNotFound",
  "TableNotReady",
  "TableNotAllowed",
  "NotATable",
  "InvalidKey",
  "InvalidEndpoint",
  "AccessDenied",
  "CredentialsMissing",
  "TooManyItems",
  "ConcurrentWriters",
  "Throttled",
  "Unavailable",
  "DeadlineExceeded",
  "Interrupted",
  "InternalError",
] as const;
/** One of `OUTCOMES`. */
export type DeletionOutcome = typeof OUTCOMES[number];

/** Phases of a run, in their order. A run verifies by listing the partition again until it is empty. */
export const PHASES = ["Starting", "Counting", "Deleting", "Verifying", "Ended"] as const;

/** Name of the environment variable, and of the key in a Secret, that contains the partition value. */
export const PARTITION_VALUE = "PARTITION_VALUE";

/**
 * Progress and result of one run of `delete-partition`. The pod serves it at `GET /progress`, and rewrites it in its
 * termination log before it sends a batch, so that a killed pod leaves its last report. It never contains the partition
 * value or a sort key.
 */
export interface DeletionReport {
  phase: typeof PHASES[number];
  /** Present if the phase is "Ended". */
  outcome?: DeletionOutcome;
  /** Reason and remedy for the user; present if the phase is "Ended". */
  message?: string;
  /** Number of items at the start of the run. Absent until the run has counted them; it deletes nothing before. */
  itemsFound?: number;
  /** Number of items whose deletion DynamoDB has confirmed. */
  itemsDeleted: number;
  /** Number of items sent but not confirmed. A killed run may have deleted any number of them. */
  itemsInFlight: number;
  /** Number of batches of which DynamoDB returned items as unprocessed. */
  unprocessedRetries: number;
  throttledRequests: number;
  /** Capacity units that DynamoDB reported, or 0. */
  consumedReadUnits: number;
  consumedWriteUnits: number;
  durationMs: number;
}

/** Report of a run at its start. */
export const NOTHING_DONE: DeletionReport = {
  phase: "Starting",
  itemsDeleted: 0,
  itemsInFlight: 0,
  unprocessedRetries: 0,
  throttledRequests: 0,
  consumedReadUnits: 0,
  consumedWriteUnits: 0,
  durationMs: 0,
};

/** Size to which the kubelet truncates a termination message. */
export const REPORT_MAX_BYTES = 4096;

/** Port at which a running pod serves its report. */
export const PROGRESS_PORT = 9086;
/** Name of that container port. */
export const PROGRESS_PORT_NAME = "progress";
/** Path of the report. */
export const PROGRESS_PATH = "/progress";

/** Exit codes of `delete-partition`. A new attempt may succeed only after `retryable`. */
export const EXIT = { done: 0, retryable: 1, usage: 2, fatal: 3 } as const;
