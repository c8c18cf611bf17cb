/** States of a request, as the Go operator reports them; "" before the first status. */
export type RequestState =
  | ""
  | "Pending"
  | "Profiling"
  | "Deploying"
  | "Ready"
  | "DeploymentDeleted"
  | "Failed";

/** Reasons of the conditions of a request, as the Go operator reports them. */
export const REQUEST_REASONS = {
  /** Reasons of condition `Profiling`. */
  jobCreationFailed: "JobCreationFailed",
  profilingRunning: "ProfilingRunning",
  profilingFailed: "ProfilingFailed",
  profilingCompleted: "ProfilingCompleted",
  /** Reasons of condition `SpecGenerated`. */
  specGenerated: "SpecGenerated",
  generationFailed: "GenerationFailed",
  /** Reasons of condition `DeploymentReady`. */
  deploymentCreated: "DeploymentCreated",
  deploymentCreationFailed: "DeploymentCreationFailed",
  deploymentReady: "DeploymentReady",
  deploymentDegraded: "DeploymentDegraded",
  deploymentDeleted: "DeploymentDeleted",
  /** Reason of condition `Ready` for a request that cannot continue. */
  failed: "Failed",
  pending: "Pending",
  /** Type and reason of the condition that reports a change to the spec after profiling has started. */
  specChangeRejected: "SpecChangeRejected",
} as const;

/** Event reasons that differ from the reason of the reported condition. */
export const EVENT_REASONS = {
  initialized: "Initialized",
  profilingJobCreated: "ProfilingJobCreated",
  profilingJobFailed: "ProfilingJobFailed",
  stuckPodDeleted: "StuckPodDeleted",
} as const;
