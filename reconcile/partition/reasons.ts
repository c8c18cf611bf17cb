/**
 * Condition reasons that the operator defines. The operator copies all other reasons from a deletion report or a Job
 * condition.
 */
export const REASON = {
  /**
   * Reason of the condition AwaitingApproval: the operator does not know yet whether the object is older than its CRD.
   */
  ageUnknown: "AgeUnknown",
  /** Both the type and the reason of a condition. */
  awaitingApproval: "AwaitingApproval",
  deadlineExceeded: "DeadlineExceeded",
  internalError: "InternalError",
  jobImageMissing: "JobImageMissing",
  jobRefused: "JobRefused",
  nameConflict: "NameConflict",
  podRefused: "PodRefused",
  podNotStarting: "PodNotStarting",
  podStarting: "PodStarting",
  /** A pod ended without a final report, so `maxItems` may be used up. */
  reportMissing: "ReportMissing",
  retrying: "Retrying",
  starting: "Starting",
  suspended: "Suspended",
  suspending: "Suspending",
  tableNotAllowed: "TableNotAllowed",
  waitingForDeletion: "WaitingForDeletion",
} as const;

/** Reasons of the events about partition deletions. */
export const EVENT = {
  awaitingApproval: "AwaitingApproval",
  completed: "Completed",
  failed: "Failed",
  jobCreated: "JobCreated",
  nameConflict: "NameConflict",
  resumed: "Resumed",
  suspended: "Suspended",
} as const;
