/** Outcomes of a deletion, which the operator uses as condition reasons. */
export const OUTCOMES = [
  "Deleted",
  "Counted",
  "TableNotFound",
  "TableNotReady",
  "TableNotAllowed",
  "NotATable",
  "InvalidKey",
  "ValueReplaced",
  "InvalidEndpoint",
  "InvalidRegion",
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
/** Outcome of a deletion, one of `OUTCOMES`. */
export type DeletionOutcome = typeof OUTCOMES[number];

/** Phases of a deletion, in order. In phase Verifying, the deletion lists the partition until it is empty. */
export const PHASES = ["Starting", "Counting", "Deleting", "Verifying", "Ended"] as const;

/** Name of the environment variable, and of the key in a Secret, that contains the partition value. */
export const PARTITION_VALUE = "PARTITION_VALUE";

/**
 * Progress and result of one deletion by `delete-partition`. The pod serves the report at `GET /progress`. Before the
 * pod sends a batch, it writes the report to its termination log, so that a killed pod leaves a report. A report
 * never contains the partition value or a sort key.
 */
export interface DeletionReport {
  phase: typeof PHASES[number];
  /** Outcome of the deletion. Present if the phase is "Ended". */
  outcome?: DeletionOutcome;
  /** Reason for the outcome, and the remedy, for the user. Present if the phase is "Ended". */
  message?: string;
  /** Number of items at the start of the deletion; absent before the count. No item is deleted before the count. */
  itemsFound?: number;
  /** Number of deleted items that DynamoDB has confirmed. */
  itemsDeleted: number;
  /** Number of items sent but not confirmed. If the pod is killed, DynamoDB may have deleted some or all of them. */
  itemsInFlight: number;
  /** Number of batches for which DynamoDB returned unprocessed items. The deletion sends these items again. */
  unprocessedRetries: number;
  throttledRequests: number;
  /** Read capacity units that DynamoDB reported; 0 if the endpoint does not report capacity. */
  consumedReadUnits: number;
  consumedWriteUnits: number;
  durationMs: number;
}

/** Report at the start of a deletion. */
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

/** Maximum size of a termination message in bytes. The kubelet truncates longer messages. */
export const REPORT_MAX_BYTES = 4096;

/** Port where the pod of a deletion serves its report. */
export const PROGRESS_PORT = 9086;
/** Name of container port `PROGRESS_PORT`. */
export const PROGRESS_PORT_NAME = "progress";
/** URL path where the pod serves its report. */
export const PROGRESS_PATH = "/progress";

/** Exit codes of `delete-partition`. A new attempt may succeed only after exit code `retryable`. */
export const EXIT = { done: 0, retryable: 1, usage: 2, fatal: 3 } as const;
