/** Why a deletion ended; the reasons of the condition that the operator sets. */
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
export type DeletionOutcome = typeof OUTCOMES[number];

/** What a run does, in this order; it counts first, and each pass but the first verifies the one before. */
export const PHASES = ["Starting", "Counting", "Deleting", "Verifying", "Ended"] as const;

/** The variable, and the key in a Secret, that the partition's value comes in. */
export const PARTITION_VALUE = "PARTITION_VALUE";

/**
 * What one run of `delete-partition` tells of itself: while it runs as the answer to `GET /progress`, and as the
 * pod's termination message, which is rewritten before each batch is sent, so that a killed pod leaves it behind. It
 * never holds the partition's value or a sort key.
 */
export interface DeletionReport {
  phase: typeof PHASES[number];
  /** Present when phase is "Ended". */
  outcome?: DeletionOutcome;
  /** For people: what happened and what to do; without the partition's value. */
  message?: string;
  /** Items of the partition when the run began; absent until all are counted, and nothing is deleted before. */
  itemsFound?: number;
  /** Deletions that DynamoDB has confirmed, each item once. */
  itemsDeleted: number;
  /** Sent and not confirmed yet: a run that was killed deleted between none and all of these beside. */
  itemsInFlight: number;
  /** Requests for items that DynamoDB handed back as unprocessed. */
  unprocessedRetries: number;
  throttledRequests: number;
  /** As DynamoDB reports them. */
  consumedReadUnits: number;
  consumedWriteUnits: number;
  durationMs: number;
}

/** The report of a run that has just begun. */
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

/** The kubelet keeps this much of a termination message. */
export const REPORT_MAX_BYTES = 4096;

/** The port, and its name, at which a running pod serves its report. */
export const PROGRESS_PORT = 9086;
export const PROGRESS_PORT_NAME = "progress";
export const PROGRESS_PATH = "/progress";

/** Exit codes of `delete-partition`. Another attempt may end better only after `retryable`. */
export const EXIT = { done: 0, retryable: 1, usage: 2, fatal: 3 } as const;
