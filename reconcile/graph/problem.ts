/** Why a graph, or a part of it, cannot be made as it is written. */
export interface Problem {
  reason:
    | "ValidationFailed"
    | "VolumeClaimMissing"
    | "MultinodeUnavailable"
    | "PlannerRoleMissing";
  /** The path of the field at fault, where there is one. */
  field?: string;
  message: string;
}

/** A problem in one line, as conditions and events show it: `spec.services[W].replicas: …`. */
export function describeProblem(problem: Problem): string {
  return problem.field ? `${problem.field}: ${problem.message}` : problem.message;
}
