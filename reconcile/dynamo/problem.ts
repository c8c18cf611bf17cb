/** Why an object, or a part of it, cannot be made as it is written. */
export interface Problem {
  reason:
    | "ValidationFailed"
    | "VolumeClaimMissing"
    | "MultinodeUnavailable"
    | "PlannerRoleMissing"
    | "NameConflict";
  /** Path of the field at fault, from the root of the object, where there is one. */
  field?: string;
  message: string;
}

/** A problem in one line, as conditions and events show it: `spec.replicas: …`. */
export function describeProblem({ field, message }: Problem): string {
  return field ? `${field}: ${message}` : message;
}
